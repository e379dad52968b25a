package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.SendResult;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.GenuineBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages that TernMQ's client wants delivered later, by the genuine broker, as far as that offers it. */
@ExtendWith(InteropLab.Resolver.class)
class TernMQTimersOnGenuineBrokerIT {
    /** A genuine broker delivers up to so much early. */
    private static final long PRECISION_MILLIS = 1000;

    private final InteropLab lab;
    private final GenuineBroker broker;
    private final String topic;
    private final Producer producer;

    TernMQTimersOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.topic = Topics.create(lab, broker, 1);
        this.producer = MQFactory.createProducer(ProducerConfig.builder(
                        ClientConfig.builder(broker.nameServer())
                                .instanceName(lab.name("timers"))
                                .requestTimeout(Duration.ofSeconds(30))
                                .build(),
                        lab.name("producers"))
                .sendTimeout(Duration.ofSeconds(30))
                .build());
    }

    @BeforeEach
    void start() {
        producer.start();
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void deliversAfterADelayLevelAndAtATime() {
        try (TestConsumer consumer = consumer()) {
            long before = System.currentTimeMillis();
            Message level = message("level");
            level.setDelayLevel(1);
            producer.send(level);
            Message timed = message("timed");
            timed.setStartDeliverTime(before + 2500);
            producer.send(timed);

            assertThat(MessagingContract.awaitTexts(consumer, "level", "timed"))
                    .allSatisfy(message -> assertThat(message.storeTimestamp() - before)
                            .isGreaterThanOrEqualTo(message.text().equals("level") ? 1000 : 2500 - PRECISION_MILLIS));
        }
    }

    @Test
    void takesAMessageBackAndLeavesOneThatItCannotMove() {
        try (TestConsumer consumer = consumer()) {
            SendResult first = sendIn(3000, "taken back");
            SendResult second = sendIn(4000, "kept");

            assertThat(producer.recall(topic, handle(first))).isEqualTo(RecallOutcome.CANCELLED);
            assertThatThrownBy(() -> producer.reschedule(
                            topic, handle(second), Instant.now().plusSeconds(60)))
                    .isInstanceOf(MQClientException.class)
                    .hasMessageContaining("cannot deliver a waiting message at another time");

            assertThat(MessagingContract.awaitCount(consumer, 1))
                    .extracting(Delivered::text)
                    .containsExactly("kept");
            assertThat(producer.recall(topic, handle(second))).isEqualTo(RecallOutcome.ALREADY_DELIVERED);
        }
    }

    private SendResult sendIn(long millis, String text) {
        Message message = message(text);
        message.setStartDeliverTime(System.currentTimeMillis() + millis);
        return producer.send(message);
    }

    private Message message(String text) {
        return new Message(topic, "", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String handle(SendResult result) {
        return Objects.requireNonNull(result.getRecallHandle());
    }

    private TestConsumer consumer() {
        return lab.ternmqClient().consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic));
    }
}
