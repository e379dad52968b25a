package io.ternmq.spring.boot.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQConnectionDetails;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Brokers in containers, as far as that can be shown without a container: what runs is elsewhere, what is asked is real. */
class ConnectionsTest {

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    /** Says that it runs, and that the embedded broker is what runs in it. */
    private static final class PretendedContainer extends GenericContainer<PretendedContainer> {

        PretendedContainer() {
            super(DockerImageName.parse("ternmq/ternmq:latest"));
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public String getHost() {
            return "127.0.0.1";
        }

        @Override
        public Integer getMappedPort(int port) {
            assertThat(port).isEqualTo(9876);
            return broker.port();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Containers {

        @Bean
        @ServiceConnection(name = "ternmq")
        PretendedContainer container() {
            return new PretendedContainer();
        }
    }

    @Test
    void connectsToTheContainerThatIsMarked() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, TernMQAutoConfiguration.class))
                .withUserConfiguration(Containers.class)
                .withPropertyValues("ternmq.name-server=127.0.0.1:1")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(TernMQConnectionDetails.class).getNameServers())
                            .containsExactly(broker.address());
                    assertThat(context.getBean(MessageTemplate.class).convertAndSend("orders", "A1"))
                            .isNotNull();
                });
    }

    @Test
    void connectsToTheServiceOfComposeFile() throws Exception {
        Constructor<DockerComposeConnectionSource> constructor =
                DockerComposeConnectionSource.class.getDeclaredConstructor(RunningService.class, Environment.class);
        constructor.setAccessible(true);

        assertThat(new ComposeConnections()
                        .getConnectionDetails(
                                constructor.newInstance(new Service("apache/rocketmq:5.5.0"), new MockEnvironment()))
                        .getNameServers())
                .containsExactly("compose-host:32768");
        assertThat(new ComposeConnections()
                        .getConnectionDetails(constructor.newInstance(new Service("redis:8"), new MockEnvironment())))
                .isNull();
    }

    private record Service(String imageName) implements RunningService {

        @Override
        public String name() {
            return "broker";
        }

        @Override
        public ImageReference image() {
            return ImageReference.of(imageName);
        }

        @Override
        public String host() {
            return "compose-host";
        }

        @Override
        public ConnectionPorts ports() {
            return new ConnectionPorts() {
                @Override
                public int get(int containerPort) {
                    assertThat(containerPort).isEqualTo(9876);
                    return 32_768;
                }

                @Override
                public List<Integer> getAll() {
                    return List.of(32_768);
                }

                @Override
                public List<Integer> getAll(String protocol) {
                    return getAll();
                }
            };
        }

        @Override
        public Map<String, String> env() {
            return Map.of();
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }
    }
}
