package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import java.util.List;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

/** Conditions over properties as filters: what a client must be able to do with a broker, whoever wrote the two. */
abstract class FilterContract {
    private final InteropLab lab;
    private final BrokerTarget broker;
    private final Messaging client;

    FilterContract(InteropLab lab, BrokerTarget broker, Messaging client) {
        this.lab = lab;
        this.broker = broker;
        this.client = client;
    }

    @Test
    void deliversOnlyThatOfWhichTheConditionIsTrue() {
        String topic = Topics.create(lab, broker, 2);
        String condition =
                "(region IN ('hangzhou', 'beijing') AND price BETWEEN 10 AND 20 AND coupon IS NULL) OR TAGS = 'vip'";

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer consumer =
                        client.consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic)
                                .selecting(condition))) {
            producer.send(order(topic, "too cheap", "hangzhou", "9"));
            producer.send(order(topic, "wanted", "hangzhou", "12"));
            producer.send(order(topic, "elsewhere", "shanghai", "12"));
            producer.send(Outgoing.text(topic, "with coupon")
                    .with(Map.of("region", "beijing", "price", "15", "coupon", "spring")));
            producer.send(Outgoing.text(topic, "vip").tagged("vip"));
            producer.send(Outgoing.text(topic, "bare"));
            producer.send(order(topic, "wanted too", "beijing", "20"));

            List<Delivered> received = MessagingContract.awaitTexts(consumer, "wanted", "vip", "wanted too");

            assertThat(received).hasSize(3);
        }
    }

    @Test
    void doesNotStartWithAConditionThatCannotBeRead() {
        String topic = Topics.create(lab, broker, 1);
        ConsumerSettings broken = ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic)
                .selecting("price > > 10");

        assertThatThrownBy(() -> client.consumer(broken).close())
                .satisfies(failure -> assertThat(Throwables.getStackTrace(failure))
                        .contains("23")
                        .containsPattern("(column |position=)9\\b"));
    }

    private static Outgoing order(String topic, String text, String region, String price) {
        return Outgoing.text(topic, text).with(Map.of("region", region, "price", price));
    }
}
