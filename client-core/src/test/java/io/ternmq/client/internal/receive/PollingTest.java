package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.client.FakeBroker;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueOffsets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollingTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 2);
    private final DefaultPullConsumer consumer = consumer(true);

    private DefaultPullConsumer consumer(boolean autoCommit) {
        return new DefaultPullConsumer(
                PullConsumerConfig.builder(broker.client(), "g")
                        .maxPollMessages(1)
                        .autoCommit(autoCommit)
                        .build(),
                new ClientRegistry());
    }

    @AfterEach
    void close() {
        consumer.close();
        broker.close();
    }

    @Test
    void forgetsWhereToGoOnInAQueueThatHasGone() {
        broker.commit("g", "orders", 0, 0);
        broker.commit("g", "orders", 1, 0);
        for (String body : List.of("zero", "one", "two")) {
            broker.store("orders", 1, 0, body.getBytes(StandardCharsets.UTF_8), "");
        }
        // Ids are sorted: this consumer comes first and keeps queue 0.
        broker.addMember("zzz@other");
        consumer.start();
        consumer.subscribe("orders", "*");
        await().until(() -> consumer.assignment().size() == 1);

        Polling polling = consumer.requireRunning();
        polling.seek(new MessageQueue("orders", "b1", 1), 2);
        // Ends with a round.
        polling.wantedChanged(List.of());
        broker.removeMember("zzz@other");
        broker.notifyMembersChanged("g");
        await().until(() -> consumer.assignment().size() == 2);

        assertThat(consumer.poll(Duration.ofSeconds(20)))
                .extracting(message -> new String(message.getBody(), StandardCharsets.UTF_8))
                .containsExactly("zero");
    }

    /** Some brokers only tell the members that the group has been moved, and leave it to them to keep that. */
    @Test
    void keepsWhereAnOperatorHasMovedItThoughItKeepsNothingElse() {
        broker.commit("g", "orders", 0, 3);
        broker.commit("g", "orders", 1, 0);
        for (String body : List.of("zero", "one", "two")) {
            broker.store("orders", 0, 0, body.getBytes(StandardCharsets.UTF_8), "");
        }
        try (DefaultPullConsumer moved = consumer(false)) {
            start(moved);

            broker.push(
                    RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
                    Fields.builder().put("topic", "orders").put("group", "g").build(),
                    ByteBufUtil.getBytes(
                            JsonBodies.encode(new QueueOffsets(Map.of(new MessageQueue("orders", "b1", 0), 1L)))));

            assertThat(next(moved)).isEqualTo("one");
            assertThat(next(moved)).isEqualTo("two");
        }
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(1);
        try (DefaultPullConsumer successor = consumer(false)) {
            start(successor);
            assertThat(next(successor)).isEqualTo("one");
        }
    }

    private static void start(DefaultPullConsumer consumer) {
        consumer.start();
        consumer.subscribe("orders", "*");
        await().until(() -> consumer.assignment().size() == 2);
    }

    private static String next(DefaultPullConsumer consumer) {
        List<Message> polled = consumer.poll(Duration.ofSeconds(20));
        assertThat(polled).hasSize(1);
        return new String(polled.get(0).getBody(), StandardCharsets.UTF_8);
    }
}
