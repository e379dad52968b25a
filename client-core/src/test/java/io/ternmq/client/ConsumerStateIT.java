package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a consumer tells about itself. */
class ConsumerStateIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    @ParameterizedTest
    @EnumSource(ConsumeMode.class)
    void tellsWhatItHoldsAndWhetherItRests(ConsumeMode mode) throws Exception {
        String topic = "state-" + mode;
        ClientConfig client = ClientConfig.of(BROKER.address());
        try (AdminClient admin = AdminClient.create(client)) {
            admin.createTopic(TopicSpec.of(topic, 1));
        }
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(client, "state-group-" + mode)
                        .consumeMode(mode)
                        .startFrom(StartPosition.earliest())
                        .consumeThreads(1)
                        .maxCachedMessages(2)
                        .build());
                Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(client, "state-producer-" + mode).build())) {
            consumer.subscribe(topic, "*", (message, context) -> {
                entered.countDown();
                try {
                    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Action.ReconsumeLater;
                }
                return Action.CommitMessage;
            });
            Inspectable inspectable = (Inspectable) consumer;
            assertThat(inspectable.state().clientId()).isEmpty();
            producer.start();
            for (int i = 0; i < 5; i++) {
                producer.send(new Message(topic, "", new byte[] {1}));
            }
            consumer.start();
            assertThat(entered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

            await().atMost(PATIENCE).until(() -> inspectable.state().isCacheFull());
            ConsumerState busy = inspectable.state();
            assertThat(busy.clientId()).isNotEmpty();
            assertThat(busy.suspended()).isFalse();
            assertThat(busy.cachedBytes()).isPositive();
            assertThat(busy.cacheFill()).isGreaterThanOrEqualTo(1);
            if (mode == ConsumeMode.PULL) {
                assertThat(busy.queues())
                        .filteredOn(queue -> queue.queue().topic().equals(topic))
                        .singleElement()
                        .satisfies(queue -> {
                            assertThat(queue.nextOffset()).isZero();
                            assertThat(queue.cachedMessages()).isPositive();
                            assertThat(queue.lastPulled()).isNotNull();
                            assertThat(queue.lastConsumed()).isNull();
                        });
            }
            consumer.suspend();
            assertThat(inspectable.state().suspended()).isTrue();
            consumer.resume();
            release.countDown();

            await().atMost(PATIENCE).until(() -> inspectable.state().cachedMessages() == 0);
        }
    }

    @Test
    void holdsTheLocksOfItsQueuesWhenItConsumesInOrder() {
        String topic = "state-ordered";
        ClientConfig client = ClientConfig.of(BROKER.address());
        try (AdminClient admin = AdminClient.create(client)) {
            admin.createTopic(TopicSpec.of(topic, 2));
        }
        try (OrderConsumer consumer = MQFactory.createOrderedConsumer(
                ConsumerConfig.builder(client, "state-ordered-group").build())) {
            consumer.subscribe(topic, "*", (message, context) -> OrderAction.Success);
            consumer.start();

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(((Inspectable) consumer).state().queues())
                                    .filteredOn(queue -> queue.queue().topic().equals(topic))
                                    .hasSize(2)
                                    .allMatch(ConsumerState.Queue::locked));
        }
    }
}
