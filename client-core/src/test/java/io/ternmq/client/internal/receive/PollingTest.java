package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.FakeBroker;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.body.MessageQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollingTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 2);
    private final DefaultPullConsumer consumer = new DefaultPullConsumer(
            PullConsumerConfig.builder(broker.client(), "g").maxPollMessages(1).build(), new ClientRegistry());

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
}
