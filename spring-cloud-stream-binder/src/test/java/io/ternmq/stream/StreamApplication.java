package io.ternmq.stream;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Starts applications with bindings, and looks at topics from outside. */
final class StreamApplication {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private StreamApplication() {}

    /** Starts an application that finds its broker there. */
    static ConfigurableApplicationContext start(EmbeddedBroker broker, Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("ternmq.name-server=" + broker.address());
        return start(configuration, all.toArray(String[]::new));
    }

    static ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        return start(configuration, context -> {}, properties);
    }

    /** The same, with something that is done to the context before it is refreshed. */
    static ConfigurableApplicationContext start(
            Class<?> configuration,
            ApplicationContextInitializer<GenericApplicationContext> initializer,
            String... properties) {
        return new SpringApplicationBuilder(configuration)
                .initializers(initializer)
                .web(WebApplicationType.NONE)
                // Spring Cloud Stream's own test binder is on the class path too.
                .properties("spring.cloud.stream.default-binder=ternmq", "spring.main.banner-mode=off")
                // What cannot be bound fails, instead of being tried again in the background.
                .properties("spring.cloud.stream.binding-retry-interval=0")
                // Applications of one JVM are members of the same groups.
                .properties("ternmq.instance-name=application-" + NAMES.incrementAndGet())
                .properties(properties)
                .run();
    }

    /** Waits for so many messages of a topic. */
    static List<Message> read(EmbeddedBroker broker, String topic, int count) {
        PullConsumer consumer = MQFactory.createPullConsumer(
                PullConsumerConfig.builder(ClientConfig.of(broker.address()), "reader-" + UUID.randomUUID())
                        .startFrom(StartPosition.earliest())
                        .build());
        try {
            consumer.start();
            consumer.assign(consumer.topicPartitions(topic));
            List<Message> messages = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (messages.size() < count && System.nanoTime() < deadline) {
                messages.addAll(consumer.poll(Duration.ofMillis(200)));
            }
            return messages;
        } finally {
            consumer.shutdown();
        }
    }

    static String text(Message message) {
        return new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
