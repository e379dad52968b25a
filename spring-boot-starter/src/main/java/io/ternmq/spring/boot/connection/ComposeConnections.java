package io.ternmq.spring.boot.connection;

import io.ternmq.spring.boot.TernMQConnectionDetails;
import java.util.List;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/** Connects to the service of a Docker Compose file whose image is one of {@link ImageNames#ALL}. */
final class ComposeConnections extends DockerComposeConnectionDetailsFactory<TernMQConnectionDetails> {

    ComposeConnections() {
        super(ImageNames.ALL.toArray(String[]::new));
    }

    @Override
    protected TernMQConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        return new Details(source.getRunningService());
    }

    private static final class Details extends DockerComposeConnectionDetails implements TernMQConnectionDetails {

        private final String address;

        Details(RunningService service) {
            super(service);
            this.address = service.host() + ":" + service.ports().get(ImageNames.PORT);
        }

        @Override
        public List<String> getNameServers() {
            return List.of(address);
        }
    }
}
