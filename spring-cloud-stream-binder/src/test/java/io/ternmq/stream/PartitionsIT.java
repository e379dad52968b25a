package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static io.ternmq.stream.StreamApplication.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Message;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.binder.PartitionKeyExtractorStrategy;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.support.MessageBuilder;

/** Partitions are queues; topics and groups are created, checked for, or trusted to be there. */
class PartitionsIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    private AdminClient admin;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Sender {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ExtractingSender {

        @Bean
        PartitionKeyExtractorStrategy byNumber() {
            return message -> message.getHeaders().get("number");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Receiver {

        @Bean
        Queue<String> received() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Consumer<String> take(Queue<String> received) {
            return received::add;
        }
    }

    @BeforeEach
    void open() {
        admin = AdminClient.create(ClientConfig.of(broker.address()));
    }

    @AfterEach
    void close() {
        admin.close();
    }

    private ConfigurableApplicationContext sender(int partitions, String... more) {
        return StreamApplication.start(
                broker,
                Sender.class,
                concat(
                        more,
                        "spring.cloud.stream.output-bindings=parts",
                        "spring.cloud.stream.bindings.parts.destination=parts",
                        "spring.cloud.stream.bindings.parts.producer.partition-key-expression=headers['number']",
                        "spring.cloud.stream.bindings.parts.producer.partition-count=" + partitions));
    }

    private ConfigurableApplicationContext receiver(int index, int count, String... more) {
        return StreamApplication.start(
                broker,
                Receiver.class,
                concat(
                        more,
                        "spring.cloud.function.definition=take",
                        "spring.cloud.stream.instance-index=" + index,
                        "spring.cloud.stream.instance-count=" + count,
                        "spring.cloud.stream.bindings.take-in-0.destination=parts",
                        "spring.cloud.stream.bindings.take-in-0.group=takers",
                        "spring.cloud.stream.bindings.take-in-0.consumer.partitioned=true"));
    }

    private static String[] concat(String[] some, String... others) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(some), java.util.Arrays.stream(others))
                .toArray(String[]::new);
    }

    private static void send(ConfigurableApplicationContext application, int number) {
        application
                .getBean(StreamBridge.class)
                .send(
                        "parts",
                        MessageBuilder.withPayload("n" + number)
                                .setHeader("number", number)
                                .build());
    }

    private int queues(String topic) {
        return admin.topic(topic).orElseThrow().writeQueues();
    }

    @Test
    @SuppressWarnings("unchecked")
    void instancesHaveTheirPartitions() {
        try (var first = receiver(0, 2);
                var second = receiver(1, 2);
                var sender = sender(4)) {
            for (int number = 0; number < 8; number++) {
                send(sender, number);
            }
            Queue<String> even = first.getBean("received", Queue.class);
            Queue<String> odd = second.getBean("received", Queue.class);
            await().atMost(PATIENCE).until(() -> even.size() + odd.size() == 8);
            assertThat(even).containsExactlyInAnyOrder("n0", "n2", "n4", "n6");
            assertThat(odd).containsExactlyInAnyOrder("n1", "n3", "n5", "n7");
        }
    }

    @Test
    void aBeanMayExtractTheKey() {
        try (var sender = StreamApplication.start(
                broker,
                ExtractingSender.class,
                "spring.cloud.stream.output-bindings=parts",
                "spring.cloud.stream.bindings.parts.destination=parts",
                "spring.cloud.stream.bindings.parts.producer.partition-key-extractor-name=byNumber",
                "spring.cloud.stream.bindings.parts.producer.partition-count=3")) {
            for (int number = 0; number < 3; number++) {
                send(sender, number);
            }
        }
        assertThat(read(broker, "parts", 3))
                .allSatisfy(message -> assertThat(java.util.Objects.requireNonNull(message.getTopicPartition())
                                .queueId())
                        .isEqualTo(
                                Integer.parseInt(StreamApplication.text(message).substring(1))));
    }

    @Test
    @SuppressWarnings("unchecked")
    void aNewGroupMayBeginAtAPointInTime() {
        try (var sender = sender(1)) {
            send(sender, 0);
            Instant sent = Instant.now();
            await().until(() -> Instant.now().isAfter(sent.plusMillis(5)));
            Instant begin = Instant.now();
            await().until(() -> Instant.now().isAfter(begin.plusMillis(5)));
            send(sender, 1);

            try (var receiver =
                    receiver(0, 1, "spring.cloud.stream.ternmq.bindings.take-in-0.consumer.start-position=" + begin)) {
                send(sender, 2);
                Queue<String> received = receiver.getBean("received", Queue.class);
                await().atMost(PATIENCE).until(() -> received.size() >= 2);
                assertThat(received).containsExactly("n1", "n2");
            }
        }
    }

    @Test
    void partitionIsTheNumberOfTheQueue() {
        try (var sender = sender(3)) {
            for (int number = 0; number < 6; number++) {
                send(sender, number);
            }
        }
        assertThat(read(broker, "parts", 6).stream()
                        .collect(Collectors.toMap(
                                StreamApplication::text,
                                message -> java.util.Objects.requireNonNull(message.getTopicPartition())
                                        .queueId())))
                .containsEntry("n0", 0)
                .containsEntry("n1", 1)
                .containsEntry("n5", 2);
    }

    @Test
    void morePartitionsMakeMoreQueues() {
        admin.createTopic(TopicSpec.of("parts", 2));

        try (var sender = sender(6)) {
            assertThat(queues("parts")).isEqualTo(6);
            send(sender, 5);
        }
        assertThat(read(broker, "parts", 1))
                .extracting(Message::getTopicPartition)
                .extracting("queueId")
                .containsExactly(5);
    }

    @Test
    void queuesThatAreAddedWhileItRunsAreUsedIfWanted() {
        admin.createTopic(TopicSpec.of("parts", 2));
        try (var sender =
                sender(2, "spring.cloud.stream.bindings.parts.producer.dynamic-partition-updates-enabled=true")) {
            admin.createTopic(TopicSpec.of("parts", 4));
            await().atMost(PATIENCE).until(() -> {
                send(sender, 3);
                return read(broker, "parts", 1).stream()
                        .anyMatch(message -> java.util.Objects.requireNonNull(message.getTopicPartition())
                                        .queueId()
                                == 3);
            });
        }
    }

    @Test
    void shardingAndPartitionsAreNotConfusedWithTooFewQueues() {
        admin.createTopic(TopicSpec.of("parts", 2));
        try (var sender = sender(4, "spring.cloud.stream.ternmq.binder.provisioning=trust")) {
            assertThatThrownBy(() -> send(sender, 3))
                    .hasStackTraceContaining("there is no such partition")
                    .hasStackTraceContaining("partition=3, queues=2");
        }
    }

    @Test
    void checkingRefusesWhatIsMissing() {
        String check = "spring.cloud.stream.ternmq.binder.provisioning=check";
        assertThatThrownBy(() -> sender(4, check).close())
                .hasStackTraceContaining("the topic does not exist: topic=parts");
        assertThat(admin.topics()).doesNotContain("parts");

        admin.createTopic(TopicSpec.of("parts", 2));
        assertThatThrownBy(() -> sender(4, check).close())
                .hasStackTraceContaining("the topic has too few queues: topic=parts, queues=2, needed=4");
        assertThatThrownBy(() -> receiver(0, 1, check).close())
                .hasStackTraceContaining("the group does not exist: group=takers");

        admin.createTopic(TopicSpec.of("parts", 4));
        admin.createGroup(GroupSpec.of("takers"));
        sender(4, check).close();
        receiver(0, 1, check).close();
    }

    @Test
    void trustAsksNothing() {
        try (var sender = sender(4, "spring.cloud.stream.ternmq.binder.provisioning=trust")) {
            assertThat(admin.topics()).doesNotContain("parts");
            assertThat(sender.isActive()).isTrue();
        }
    }

    @Test
    void anonymousGroupsAreForgottenWhenTheyEnd() {
        try (var receiver = StreamApplication.start(
                broker,
                Receiver.class,
                "spring.cloud.function.definition=take",
                "spring.cloud.stream.bindings.take-in-0.destination=parts")) {
            assertThat(anonymous()).hasSize(1);
            assertThat(receiver.isRunning()).isTrue();
        }
        assertThat(anonymous()).isEmpty();
    }

    private List<String> anonymous() {
        return admin.groups().stream()
                .filter(group -> group.startsWith("anonymous-"))
                .toList();
    }
}
