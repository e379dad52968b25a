package io.ternmq.spring.boot.connection;

import io.ternmq.spring.boot.TernMQConnectionDetails;
import java.util.List;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.GenericContainer;

/**
 * Connects to a container of Testcontainers that is marked by {@code @ServiceConnection}, whose image, or the annotation's
 * name, is one of {@link ImageNames#ALL}.
 */
final class ContainerConnections
        extends ContainerConnectionDetailsFactory<GenericContainer<?>, TernMQConnectionDetails> {

    ContainerConnections() {
        super(ImageNames.ALL);
    }

    @Override
    protected TernMQConnectionDetails getContainerConnectionDetails(
            ContainerConnectionSource<GenericContainer<?>> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<GenericContainer<?>>
            implements TernMQConnectionDetails {

        Details(ContainerConnectionSource<GenericContainer<?>> source) {
            super(source);
        }

        @Override
        public List<String> getNameServers() {
            return List.of(getContainer().getHost() + ":" + getContainer().getMappedPort(ImageNames.PORT));
        }
    }
}
