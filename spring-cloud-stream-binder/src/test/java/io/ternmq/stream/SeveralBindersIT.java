package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.test.EmbeddedBroker;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two brokers in one application. */
class SeveralBindersIT {

    @RegisterExtension
    final EmbeddedBroker east = new EmbeddedBroker();

    @RegisterExtension
    final EmbeddedBroker west = new EmbeddedBroker();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Function<String, String> upper() {
            return text -> text.toUpperCase(Locale.ROOT);
        }
    }

    @Test
    void functionReadsFromOneBrokerAndWritesToAnother() {
        try (var application = StreamApplication.start(
                Application.class,
                "spring.cloud.stream.default-binder=east",
                "spring.cloud.stream.binders.east.type=ternmq",
                "spring.cloud.stream.binders.east.environment.ternmq.name-server=" + east.address(),
                "spring.cloud.stream.binders.west.type=ternmq",
                "spring.cloud.stream.binders.west.environment.ternmq.name-server=" + west.address(),
                "ternmq.name-server=" + east.address(),
                "spring.cloud.function.definition=upper",
                "spring.cloud.stream.bindings.upper-in-0.destination=words",
                "spring.cloud.stream.bindings.upper-in-0.group=uppers",
                "spring.cloud.stream.bindings.upper-in-0.binder=east",
                "spring.cloud.stream.bindings.upper-out-0.destination=loud",
                "spring.cloud.stream.bindings.upper-out-0.binder=west")) {
            application.getBean(StreamBridge.class).send("words", "east", "hello");

            assertThat(read(west, "loud", 1))
                    .extracting(StreamApplication::text)
                    .containsExactly("HELLO");
        }
        assertThat(topics(east)).contains("words").doesNotContain("loud");
        assertThat(topics(west)).contains("loud").doesNotContain("words");
    }

    private static java.util.Set<String> topics(EmbeddedBroker broker) {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()))) {
            return admin.topics();
        }
    }
}
