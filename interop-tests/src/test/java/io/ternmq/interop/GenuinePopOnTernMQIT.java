package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Genuine consumers of 5.5.0 that let TernMQ's broker share out the queues, and pop from them. */
@ExtendWith(InteropLab.Resolver.class)
class GenuinePopOnTernMQIT {
    /** The shortest delay of a genuine pop consumer's retry is 10 seconds. */
    private static final Duration RETRIED = Duration.ofSeconds(40);

    /** Below the 15 seconds that a pop waits. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Duration DELIVERY = Duration.ofSeconds(30);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final GenuineClient client;

    GenuinePopOnTernMQIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.ternmqBroker();
        this.client = lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
    }

    @Test
    void letsMoreConsumersThanQueuesShareTheWork() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("poppers");
        pop(topic, group);
        List<String> sent = new ArrayList<>();

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer first = client.popConsumer(settings(topic, group));
                TestConsumer second = client.popConsumer(settings(topic, group));
                TestConsumer third = client.popConsumer(settings(topic, group))) {
            List<TestConsumer> all = List.of(first, second, third);
            await("all take part").atMost(DELIVERY).until(() -> {
                sent.addAll(send(producer, topic, sent.size()));
                return all.stream().noneMatch(consumer -> consumer.received().isEmpty());
            });

            await("delivery")
                    .atMost(DELIVERY)
                    .untilAsserted(() -> assertThat(texts(all)).containsExactlyInAnyOrderElementsOf(sent));
            assertThat(all.stream().flatMap(consumer -> consumer.received().stream()))
                    .allMatch(message -> message.reconsumeTimes() == 0);
        }
    }

    @Test
    void wakesAConsumerThatWaits() {
        String topic = Topics.create(lab, broker, 4);
        String group = lab.name("poppers");
        pop(topic, group);

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer consumer = client.popConsumer(settings(topic, group))) {
            producer.send(Outgoing.text(topic, "first"));
            await("first").atMost(DELIVERY).until(() -> texts(List.of(consumer)).contains("first"));
            for (int i = 0; i < 3; i++) {
                String text = "then " + i;
                producer.send(Outgoing.text(topic, text));
                await(text).atMost(PROMPT).until(() -> texts(List.of(consumer)).contains(text));
            }
        }
    }

    @Test
    void deliversAgainWhatAConsumerCouldNotProcess() {
        String topic = Topics.create(lab, broker, 2);
        String group = lab.name("poppers");
        pop(topic, group);

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer consumer =
                        client.popConsumer(settings(topic, group).refusing(1))) {
            String id = producer.send(Outgoing.text(topic, "refused once").tagged("tag"))
                    .messageId();

            await("retry").atMost(RETRIED).until(() -> consumer.received().size() >= 2);

            List<Delivered> received = consumer.received();
            assertThat(received).extracting(Delivered::reconsumeTimes).containsExactly(0, 1);
            assertThat(received).allSatisfy(message -> {
                assertThat(message.text()).isEqualTo("refused once");
                assertThat(message.topic()).isEqualTo(topic);
                assertThat(message.tag()).isEqualTo("tag");
                assertThat(message.messageId()).isEqualTo(id);
            });
        }
    }

    @Test
    void sharesOutQueuesThatArePulled() {
        String topic = Topics.create(lab, broker, 4);
        String group = lab.name("pullers");

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer first = client.popConsumer(settings(topic, group));
                TestConsumer second = client.popConsumer(settings(topic, group))) {
            List<String> sent = new ArrayList<>(send(producer, topic, 0));

            await("delivery")
                    .atMost(DELIVERY)
                    .untilAsserted(
                            () -> assertThat(texts(List.of(first, second))).contains(sent.toArray(String[]::new)));
        }
    }

    private ConsumerSettings settings(String topic, String group) {
        return ConsumerSettings.of(broker.nameServer(), group, topic);
    }

    private void pop(String topic, String group) {
        String printed = lab.mqAdmin()
                .mqAdmin(
                        "setConsumeMode",
                        "-n",
                        broker.nameServer(),
                        "-c",
                        broker.clusterName(),
                        "-t",
                        topic,
                        "-g",
                        group,
                        "-m",
                        "POP");
        assertThat(printed).contains("success");
    }

    private static List<String> send(TestProducer producer, String topic, int from) {
        List<String> texts =
                IntStream.range(from, from + 10).mapToObj(i -> "message " + i).toList();
        texts.forEach(text -> producer.send(Outgoing.text(topic, text)));
        return texts;
    }

    private static List<String> texts(List<TestConsumer> consumers) {
        return consumers.stream()
                .flatMap(consumer -> consumer.received().stream())
                .map(Delivered::text)
                .toList();
    }
}
