package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outcome;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestTransactionProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of transactional messages, whoever sends them, whatever the broker. Brokers check a second after the send. */
@ExtendWith(InteropLab.Resolver.class)
abstract class TransactionsContract {
    private static final Duration CHECKED = Duration.ofSeconds(40);

    private final InteropLab lab;
    private final BrokerTarget broker;

    TransactionsContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    /** Who sends. */
    enum Sender {
        TERNMQ,
        GENUINE_4_9_8,
        GENUINE_5_5_0,
        GENUINE_5_5_0_BINARY
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void committedMessagesAreDeliveredAndOthersAreNot(Sender sender) {
        String topic = Topics.create(lab, broker, 4);

        try (TestTransactionProducer producer = producer(sender, Outcome.UNKNOWN);
                TestConsumer consumer = consumer(topic)) {
            producer.send(Outgoing.text(topic, "rolled back"), Outcome.ROLLBACK);
            producer.send(Outgoing.text(topic, "open"), Outcome.UNKNOWN);
            Sent sent = producer.send(
                    Outgoing.text(topic, "committed").tagged("tag").keyed("key").with(Map.of("name", "value")),
                    Outcome.COMMIT);

            Delivered message =
                    MessagingContract.awaitTexts(consumer, "committed").get(0);
            assertThat(message.messageId()).isEqualTo(sent.messageId());
            assertThat(message.topic()).isEqualTo(topic);
            assertThat(message.tag()).isEqualTo("tag");
            assertThat(message.key()).isEqualTo("key");
            assertThat(message.properties()).containsEntry("name", "value");
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void aCheckEndsWhatWasLeftOpen(Sender sender) {
        String topic = Topics.create(lab, broker, 4);

        try (TestTransactionProducer producer = producer(sender, Outcome.COMMIT);
                TestConsumer consumer = consumer(topic)) {
            producer.send(Outgoing.text(topic, "late"), Outcome.UNKNOWN);

            await("check").atMost(CHECKED).until(() -> producer.checks() > 0);
            awaitDelivered(consumer, "late");
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void anotherMemberOfTheGroupIsAskedWhenTheSenderIsGone(Sender sender) {
        String topic = Topics.create(lab, broker, 1);
        ProducerSettings settings = settings();

        try (TestConsumer consumer = consumer(topic)) {
            try (TestTransactionProducer first = messaging(sender).transactionProducer(settings, Outcome.UNKNOWN)) {
                first.send(Outgoing.text(topic, "orphan"), Outcome.UNKNOWN);
            }
            // A producer meets the brokers of the topics that it sends to.
            try (TestTransactionProducer second = messaging(sender).transactionProducer(settings, Outcome.COMMIT)) {
                second.send(Outgoing.text(topic, "own"), Outcome.COMMIT);

                await("check").atMost(CHECKED).until(() -> second.checks() > 0);
                awaitDelivered(consumer, "orphan", "own");
            }
        }
    }

    /** A genuine broker that checks this often may take the answers to several checks, each for a commit. */
    private static void awaitDelivered(TestConsumer consumer, String... texts) {
        await("texts delivered")
                .atMost(CHECKED)
                .untilAsserted(() -> assertThat(consumer.received().stream()
                                .map(Delivered::text)
                                .distinct())
                        .containsExactlyInAnyOrder(texts));
    }

    private TestTransactionProducer producer(Sender sender, Outcome checkAnswer) {
        return messaging(sender).transactionProducer(settings(), checkAnswer);
    }

    private ProducerSettings settings() {
        return ProducerSettings.of(broker.nameServer(), lab.name("transactions"));
    }

    private TestConsumer consumer(String topic) {
        return messaging(Sender.GENUINE_5_5_0)
                .consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic));
    }

    private Messaging messaging(Sender sender) {
        return switch (sender) {
            case TERNMQ -> lab.ternmqClient();
            case GENUINE_4_9_8 -> lab.genuineClient(GenuineVersion.V4_9_8, HeaderEncoding.JSON);
            case GENUINE_5_5_0 -> lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
            case GENUINE_5_5_0_BINARY -> lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.ROCKETMQ);
        };
    }
}
