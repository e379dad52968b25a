package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages that are delivered later, as applications use them. The clock of the broker's timers jumps instead of the test waiting. */
class DelayedMessagesIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "delayed-" + NAMES.incrementAndGet();
    private final List<Admin> opened = new ArrayList<>();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private Producer producer;

    @BeforeEach
    void open() {
        producer = MQFactory.createProducer(
                ProducerConfig.builder(client(), "GID_" + topic).build());
        producer.start();
        opened.add(producer);
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(client(), "GID_C_" + topic).build());
        consumer.subscribe(topic, "*", (message, context) -> {
            received.add(new String(message.getBody(), StandardCharsets.UTF_8));
            return Action.CommitMessage;
        });
        consumer.start();
        opened.add(consumer);
    }

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void deliversWhenTheTimeHasCome() {
        producer.send(in(Duration.ofHours(3), "three hours"));
        producer.send(in(Duration.ofDays(39), "39 days"));
        Message level = message("level");
        level.setDelayLevel(17);
        producer.send(level);
        producer.send(in(Duration.ofHours(-1), "past"));
        await().until(() -> received.contains("past"));

        broker.advanceTimers(Duration.ofHours(1));
        await().until(() -> received.contains("level"));
        broker.advanceTimers(Duration.ofHours(2));
        await().until(() -> received.contains("three hours"));
        assertThat(received).doesNotContain("39 days");
        broker.advanceTimers(Duration.ofDays(39));
        await().until(() -> received.contains("39 days"));

        assertThat(received).hasSize(4);
    }

    @Test
    void refusesATimeThatIsTooFarAhead() {
        assertThatThrownBy(() -> producer.send(in(Duration.ofDays(41), "x")))
                .isInstanceOfSatisfying(MQClientException.class, refusal -> {
                    assertThat(refusal.getResponseCode()).isEqualTo(13);
                    assertThat(refusal).hasMessageContaining("too far ahead");
                });
    }

    @Test
    void takesAMessageBack() {
        String handle = handle(producer.send(in(Duration.ofHours(1), "cancelled")));
        producer.send(in(Duration.ofHours(1), "delivered"));

        assertThat(producer.recall(topic, handle)).isEqualTo(RecallOutcome.CANCELLED);
        broker.advanceTimers(Duration.ofHours(1));
        await().until(() -> received.contains("delivered"));

        assertThat(received).containsExactly("delivered");
    }

    @Test
    void saysThatItIsTooLateToTakeAMessageBack() {
        String handle = handle(producer.send(in(Duration.ofHours(1), "delivered")));
        broker.advanceTimers(Duration.ofHours(1));
        await().until(() -> received.contains("delivered"));

        assertThat(producer.recall(topic, handle)).isEqualTo(RecallOutcome.ALREADY_DELIVERED);
        assertThat(producer.reschedule(topic, handle, Instant.now().plusSeconds(9000)))
                .isEqualTo(new RescheduleResult(RescheduleResult.Outcome.ALREADY_DELIVERED, null));
    }

    @Test
    void deliversAtAnotherTimeInstead() {
        String handle = handle(producer.send(in(Duration.ofHours(1), "moved")));

        RescheduleResult moved =
                producer.reschedule(topic, handle, Instant.now().plus(Duration.ofHours(5)));

        assertThat(moved.outcome()).isEqualTo(RescheduleResult.Outcome.RESCHEDULED);
        producer.send(in(Duration.ofHours(2), "other"));
        broker.advanceTimers(Duration.ofHours(2));
        await().until(() -> received.contains("other"));
        assertThat(received).containsExactly("other");
        broker.advanceTimers(Duration.ofHours(3));
        await().until(() -> received.contains("moved"));
        assertThat(producer.recall(topic, Objects.requireNonNull(moved.recallHandle())))
                .isEqualTo(RecallOutcome.ALREADY_DELIVERED);
    }

    @Test
    void knowsNothingOfAMessageThatWasTakenBackBefore() {
        String handle = handle(producer.send(in(Duration.ofHours(1), "x")));
        producer.recall(topic, handle);

        assertThat(producer.recall(topic, handle)).isEqualTo(RecallOutcome.CANCELLED);
        assertThat(producer.reschedule(topic, handle, Instant.now().plusSeconds(9000)))
                .isEqualTo(new RescheduleResult(RescheduleResult.Outcome.UNKNOWN, null));
    }

    @Test
    void refusesWhatIsNoHandleBeforeAskingAnybody() {
        assertThatThrownBy(() -> producer.recall(topic, "nonsense"))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no recall handle");
        String other = handle(producer.send(in(Duration.ofHours(1), "x")));
        assertThatThrownBy(() -> producer.recall("another-topic", other))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no recall handle");
    }

    @Test
    void sendsDelayedMessagesOneByOne() throws Exception {
        assertThatThrownBy(() -> producer.send(List.of(message("a"), in(Duration.ofHours(1), "b"))))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("delayed");
        Message level = message("level");
        level.setDelayLevel(1);
        List<java.util.concurrent.CompletableFuture<SendResult>> sends = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sends.add(producer.sendAsync(message("plain-" + i)));
        }
        assertThat(producer.sendAsync(level).get().getRecallHandle()).isNotNull();
        assertThat(sends.get(0).get().getRecallHandle()).isNull();
    }

    private static String handle(SendResult result) {
        return Objects.requireNonNull(result.getRecallHandle());
    }

    private Message in(Duration delay, String body) {
        Message message = message(body);
        message.setStartDeliverTime(System.currentTimeMillis() + delay.toMillis());
        return message;
    }

    private Message message(String body) {
        return new Message(topic, "", body.getBytes(StandardCharsets.UTF_8));
    }

    private ClientConfig client() {
        return ClientConfig.of(broker.address());
    }
}
