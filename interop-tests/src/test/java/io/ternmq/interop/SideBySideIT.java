package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.Cause;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.Finding;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.messaging.handler.annotation.Header;

/** One Spring Boot application with a TernMQ broker and a genuine Apache RocketMQ broker. */
@ExtendWith(InteropLab.Resolver.class)
class SideBySideIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;

    SideBySideIT(InteropLab lab) {
        this.lab = lab;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        TopicSpec ours(Environment environment) {
            return TopicSpec.of(environment.getRequiredProperty("topic"), 2);
        }

        @Bean
        @Qualifier("rocketmq")
        TopicSpec theirs(Environment environment) {
            return TopicSpec.of(environment.getRequiredProperty("topic"), 3);
        }

        @Bean
        Shop shop() {
            return new Shop();
        }

        @Bean
        Senders senders(MessageTemplate ours, @Qualifier("rocketmq") MessageTemplate theirs) {
            return new Senders(ours, theirs);
        }
    }

    record Senders(MessageTemplate ours, MessageTemplate theirs) {}

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(id = "ours", topics = "${topic}", group = "${group}", consumeFrom = "earliest")
        void ours(String text, @Header(TernMQHeaders.KEYS) String key) {
            received.add("TernMQ " + key + " " + text);
        }

        @MessageListener(
                id = "theirs",
                topics = "${topic}",
                group = "${group}",
                consumeFrom = "earliest",
                cluster = "rocketmq")
        void theirs(String text, @Header(TernMQHeaders.KEYS) String key) {
            received.add("RocketMQ " + key + " " + text);
        }
    }

    @Test
    void usesBothBrokersByTheirNames() {
        String topic = lab.name("side-by-side");
        try (ConfigurableApplicationContext context = Applications.withoutLogging(Application.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--ternmq.name-server=" + lab.ternmqBroker().nameServer(),
                        "--ternmq.clusters.rocketmq.name-server="
                                + lab.genuineBroker().nameServer(),
                        "--topic=" + topic,
                        "--group=" + topic + "-group")) {
            Senders senders = context.getBean(Senders.class);
            Shop shop = context.getBean(Shop.class);

            senders.ours().destination(topic).key("A1").send("for TernMQ");
            senders.theirs().destination(topic).key("B1").send("for RocketMQ");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.received)
                            .containsExactlyInAnyOrder("TernMQ A1 for TernMQ", "RocketMQ B1 for RocketMQ"));
            Clusters clusters = context.getBean(Clusters.class);
            assertThat(clusters.admin("default").topic(topic).orElseThrow().readQueues())
                    .isEqualTo(2);
            assertThat(clusters.admin("rocketmq").topic(topic).orElseThrow().readQueues())
                    .isEqualTo(3);
            for (String listener : List.of("ours", "theirs")) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(context.getBean(Doctor.class)
                                        .examine(context.getBean(ListenerRegistry.class)
                                                .container(listener)
                                                .orElseThrow())
                                        .findings())
                                .extracting(Finding::cause)
                                .containsExactly(Cause.AT_END));
            }
        }
    }
}
