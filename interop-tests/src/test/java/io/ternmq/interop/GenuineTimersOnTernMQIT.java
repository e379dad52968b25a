package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.interop.peer.TernMQBroker;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that genuine clients want delivered later, by TernMQ's broker. */
@ExtendWith(InteropLab.Resolver.class)
class GenuineTimersOnTernMQIT {
    private final InteropLab lab;
    private final TernMQBroker broker;

    GenuineTimersOnTernMQIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.ternmqBroker();
    }

    @ParameterizedTest
    @CsvSource({
        "V4_9_8, delayLevel, 1, 1000",
        "V5_5_0, delayLevel, 1, 1000",
        "V5_5_0, timer.setDelayTimeMs, 700, 700",
        "V5_5_0, timer.setDelayTimeSec, 1, 1000"
    })
    void deliversAfterADelay(GenuineVersion version, String how, long value, long delay) {
        String topic = Topics.create(lab, broker, 1);
        try (GenuineProducer producer = producer(version);
                TestConsumer consumer = consumer(version, topic)) {
            long before = System.currentTimeMillis();
            producer.sendLater(Outgoing.text(topic, "later").tagged("a"), how, value);

            Delivered received = MessagingContract.awaitCount(consumer, 1).get(0);

            assertThat(received.storeTimestamp() - before).isGreaterThanOrEqualTo(delay);
            assertThat(received.text()).isEqualTo("later");
            assertThat(received.tag()).isEqualTo("a");
            assertThat(received.topic()).isEqualTo(topic);
        }
    }

    @Test
    void deliversAtAnInstant() {
        String topic = Topics.create(lab, broker, 1);
        try (GenuineProducer producer = producer(GenuineVersion.V5_5_0);
                TestConsumer consumer = consumer(GenuineVersion.V5_5_0, topic)) {
            long due = System.currentTimeMillis() + 777;
            producer.sendLater(Outgoing.text(topic, "later"), "timer.setDeliverTimeMs", due);

            assertThat(MessagingContract.awaitCount(consumer, 1).get(0).storeTimestamp())
                    .isGreaterThanOrEqualTo(due);
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void heedsThePropertyOfOnsClients(GenuineVersion version) {
        String topic = Topics.create(lab, broker, 1);
        try (GenuineProducer producer = producer(version);
                TestConsumer consumer = consumer(version, topic)) {
            long due = System.currentTimeMillis() + 777;
            producer.send(Outgoing.text(topic, "later").with(Map.of("__STARTDELIVERTIME", Long.toString(due))));

            assertThat(MessagingContract.awaitCount(consumer, 1).get(0).storeTimestamp())
                    .isGreaterThanOrEqualTo(due);
        }
    }

    @Test
    void takesMessagesBack() {
        String topic = Topics.create(lab, broker, 1);
        try (GenuineProducer producer = producer(GenuineVersion.V5_5_0);
                TestConsumer consumer = consumer(GenuineVersion.V5_5_0, topic)) {
            String handle = producer.sendLater(Outgoing.text(topic, "taken back"), "timer.setDelayTimeMs", 1500);
            assertThat(producer.recall(topic, handle)).isNotBlank();
            String delivered = producer.sendLater(Outgoing.text(topic, "delivered"), "timer.setDelayTimeMs", 1600);

            assertThat(MessagingContract.awaitCount(consumer, 1))
                    .extracting(Delivered::text)
                    .containsExactly("delivered");
            assertThatThrownBy(() -> producer.recall(topic, delivered))
                    .hasMessageContaining("604")
                    .hasMessageContaining("already delivered");
        }
    }

    private GenuineClient client(GenuineVersion version) {
        return lab.genuineClient(version, HeaderEncoding.JSON);
    }

    private GenuineProducer producer(GenuineVersion version) {
        return client(version).genuineProducer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
    }

    private TestConsumer consumer(GenuineVersion version, String topic) {
        return client(version).consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic));
    }
}
