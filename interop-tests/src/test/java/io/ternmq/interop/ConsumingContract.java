package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.TopicPartition;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way of consuming, by TernMQ's client and by genuine ones, alone and together in one group, whatever the broker. */
@ExtendWith(InteropLab.Resolver.class)
abstract class ConsumingContract {
    private static final Duration TAKE_OVER = Duration.ofSeconds(30);

    private final InteropLab lab;
    private final BrokerTarget broker;

    ConsumingContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    /** Who consumes. */
    enum Client {
        TERNMQ,
        GENUINE_4_9_8,
        GENUINE_5_5_0
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void handsOutEachQueueInOrder(Client client) {
        String topic = Topics.create(lab, broker, 2);
        GenuineProducer tool = lab.tool(broker);

        try (TestConsumer consumer = messaging(client).orderlyConsumer(settings(topic))) {
            for (int i = 0; i < 50; i++) {
                tool.send(Outgoing.text(topic, "m" + i), i % 2);
            }

            List<Delivered> received = MessagingContract.awaitCount(consumer, 50);
            for (int queue = 0; queue < 2; queue++) {
                int which = queue;
                assertThat(received.stream().filter(message -> message.queueId() == which))
                        .extracting(Delivered::queueOffset)
                        .isSorted()
                        .hasSize(25);
            }
        }
    }

    @Test
    void membersThatConsumeInOrderHandQueuesOverWhoeverWroteThem() {
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = settings(topic);
        Probes probes = new Probes(lab.tool(broker), topic, 4);

        try (TestConsumer ours = messaging(Client.TERNMQ).orderlyConsumer(settings)) {
            probes.awaitShares(TAKE_OVER, List.of(ours), "0,1,2,3");
            try (TestConsumer newest = messaging(Client.GENUINE_5_5_0).orderlyConsumer(settings)) {
                probes.awaitShares(TAKE_OVER, List.of(ours, newest), "0,1", "2,3");
            }
            probes.awaitShares(TAKE_OVER, List.of(ours), "0,1,2,3");
            assertInOrder(ours);
        }
        try (TestConsumer oldest = messaging(Client.GENUINE_4_9_8).orderlyConsumer(settings)) {
            try (TestConsumer ours = messaging(Client.TERNMQ).orderlyConsumer(settings)) {
                probes.awaitShares(TAKE_OVER, List.of(ours, oldest), "0,1", "2,3");
                assertInOrder(ours);
            }
            probes.awaitShares(TAKE_OVER, List.of(oldest), "0,1,2,3");
        }
    }

    private static void assertInOrder(TestConsumer consumer) {
        IntStream.range(0, 4)
                .forEach(queue -> assertThat(consumer.received().stream().filter(message -> message.queueId() == queue))
                        .extracting(Delivered::queueOffset)
                        .isSorted()
                        .doesNotHaveDuplicates());
    }

    @Test
    void ourConsumerMakesADeadLetterOfWhatFailsInOrder() {
        String topic = Topics.create(lab, broker, 1);
        ConsumerSettings settings = settings(topic);

        try (TestConsumer failing = lab.ternmqClient().failingOrderlyConsumer(settings, 2)) {
            lab.tool(broker).send(Outgoing.text(topic, "bad").tagged("t").keyed("k"), 0);

            await("dead letter").atMost(TAKE_OVER).ignoreExceptions().untilAsserted(() -> {
                try (PullConsumer undertaker =
                        lab.ternmqClient().puller(broker.nameServer(), lab.name("undertaker"), false)) {
                    undertaker.start();
                    undertaker.assign(undertaker.topicPartitions("%DLQ%" + settings.group()));
                    List<Message> dead = undertaker.poll(Duration.ofSeconds(2));
                    assertThat(dead).singleElement().satisfies(letter -> {
                        assertThat(letter.getBody()).isEqualTo("bad".getBytes(StandardCharsets.UTF_8));
                        assertThat(letter.getTag()).isEqualTo("t");
                        assertThat(letter.getKey()).isEqualTo("k");
                        assertThat(letter.getMsgID())
                                .isEqualTo(failing.received().get(0).messageId());
                    });
                }
            });
            assertThat(failing.received()).extracting(Delivered::reconsumeTimes).containsExactly(0, 1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVG_BY_CIRCLE", "CONSISTENT_HASH"})
    void membersComeToTheSameSharesWhoeverWroteThem(String strategy) {
        // Of eight queues, a hash of the members' ids leaves one of two without any in one of a hundred runs.
        int queues = strategy.equals("CONSISTENT_HASH") ? 32 : 8;
        String topic = Topics.create(lab, broker, queues);
        ConsumerSettings settings = settings(topic).sharing(strategy);
        Probes probes = new Probes(lab.tool(broker), topic, queues);

        try (TestConsumer ours = messaging(Client.TERNMQ).consumer(settings);
                TestConsumer newest = messaging(Client.GENUINE_5_5_0).consumer(settings)) {
            if (strategy.equals("AVG_BY_CIRCLE")) {
                probes.awaitShares(TAKE_OVER, List.of(ours, newest), "0,2,4,6", "1,3,5,7");
            } else {
                await("both are members").atMost(TAKE_OVER).until(() -> {
                    probes.awaitEachQueueAtOne(TAKE_OVER, List.of(ours, newest));
                    return !newest.received().isEmpty();
                });
                probes.awaitEachQueueAtOne(TAKE_OVER, List.of(ours, newest));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void pullersAreGivenEverythingAndTheirGroupGoesOn(Client client) {
        String topic = Topics.create(lab, broker, 2);
        ConsumerSettings settings = settings(topic);
        GenuineProducer tool = lab.tool(broker);
        tool.send(Outgoing.text(topic, "before"), 0);

        List<Delivered> consumed;
        try (TestConsumer puller = messaging(client).litePuller(settings)) {
            MessagingContract.awaitTexts(puller, "before");
            tool.send(Outgoing.text(topic, "after"), 1);
            consumed = MessagingContract.awaitTexts(puller, "before", "after");
        }
        MessagingContract.awaitProgress(settings, consumed);
        tool.send(Outgoing.text(topic, "last"), 1);
        Client other = client == Client.TERNMQ ? Client.GENUINE_5_5_0 : Client.TERNMQ;
        try (TestConsumer next = messaging(other).litePuller(settings)) {
            MessagingContract.awaitTexts(next, "last");
        }
    }

    @Test
    void ourPullerSeeksAndCommits() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("pullers");
        GenuineProducer tool = lab.tool(broker);
        for (int i = 0; i < 20; i++) {
            tool.send(Outgoing.text(topic, "m" + i), 0);
        }

        try (PullConsumer puller = lab.ternmqClient().puller(broker.nameServer(), group, false)) {
            puller.start();
            TopicPartition queue = puller.topicPartitions(topic).iterator().next();
            puller.assign(List.of(queue));
            List<Message> all = poll(puller, 20);
            assertThat(all).extracting(ConsumingContract::text).startsWith("m0").endsWith("m19");
            assertThat(puller.committed(queue)).isNull();

            puller.seek(queue, 5);
            assertThat(poll(puller, 15))
                    .first()
                    .extracting(ConsumingContract::text)
                    .isEqualTo("m5");
            puller.seekToEnd(queue);
            assertThat(puller.poll(Duration.ofMillis(300))).isEmpty();
            puller.seekToBeginning(queue);
            assertThat(poll(puller, 20))
                    .first()
                    .extracting(ConsumingContract::text)
                    .isEqualTo("m0");
            long stored = all.get(10).getStoreTimestamp();
            assertThat(puller.offsetForTimestamp(queue, stored)).isBetween(0L, 10L);

            puller.seek(queue, 7);
            puller.commitSync();
            assertThat(puller.committed(queue)).isEqualTo(7);
        }
        try (TestConsumer next =
                messaging(Client.GENUINE_5_5_0).consumer(ConsumerSettings.of(broker.nameServer(), group, topic))) {
            assertThat(MessagingContract.awaitCount(next, 13))
                    .extracting(Delivered::text)
                    .contains("m7", "m19")
                    .doesNotContain("m6");
        }
    }

    @Test
    void ourMembersShareOneQueueWhenItsMessagesAreLeased() {
        String topic = Topics.create(lab, broker, 1);
        ConsumerSettings settings = settings(topic);
        GenuineProducer tool = lab.tool(broker);

        try (TestConsumer first = lab.ternmqClient().popConsumer(settings);
                TestConsumer second = lab.ternmqClient().popConsumer(settings)) {
            await("both have some").atMost(TAKE_OVER).until(() -> {
                for (int i = 0; i < 20; i++) {
                    tool.send(Outgoing.text(topic, "m"), 0);
                }
                return !first.received().isEmpty() && !second.received().isEmpty();
            });
            tool.send(Outgoing.text(topic, "last"), 0);
            await("last")
                    .atMost(TAKE_OVER)
                    .until(() -> all(first, second).stream()
                            .anyMatch(message -> message.text().equals("last")));
            assertThat(all(first, second)).extracting(Delivered::messageId).doesNotHaveDuplicates();
        }
    }

    private static List<Delivered> all(TestConsumer first, TestConsumer second) {
        List<Delivered> all = new ArrayList<>(first.received());
        all.addAll(second.received());
        return all;
    }

    @Test
    void aLeasedMessageThatFailsComesAgainAndIsADeadLetterInTheEnd() {
        String topic = Topics.create(lab, broker, 1);
        ConsumerSettings settings = settings(topic).refusing(100);

        try (TestConsumer consumer = lab.ternmqClient().popConsumer(settings)) {
            lab.tool(broker).send(Outgoing.text(topic, "bad"), 0);

            await("second delivery")
                    .atMost(TAKE_OVER)
                    .until(() -> consumer.received().size() == 2);
            assertThat(consumer.received())
                    .extracting(Delivered::reconsumeTimes)
                    .containsExactly(0, 1);
            assertThat(consumer.received()).extracting(Delivered::topic).containsOnly(topic);
            await("dead letter").atMost(TAKE_OVER).ignoreExceptions().untilAsserted(() -> {
                try (PullConsumer undertaker =
                        lab.ternmqClient().puller(broker.nameServer(), lab.name("undertaker"), false)) {
                    undertaker.start();
                    undertaker.assign(undertaker.topicPartitions("%DLQ%" + settings.group()));
                    assertThat(undertaker.poll(Duration.ofSeconds(2)))
                            .extracting(ConsumingContract::text)
                            .containsExactly("bad");
                }
            });
        }
    }

    private static List<Message> poll(PullConsumer puller, int count) {
        List<Message> all = new ArrayList<>();
        await("messages polled: " + count).atMost(TAKE_OVER).until(() -> {
            all.addAll(puller.poll(Duration.ofSeconds(1)));
            return all.size() >= count;
        });
        return all;
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    private Messaging messaging(Client client) {
        return switch (client) {
            case TERNMQ -> lab.ternmqClient();
            case GENUINE_4_9_8 -> lab.genuineClient(GenuineVersion.V4_9_8, HeaderEncoding.JSON);
            case GENUINE_5_5_0 -> lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
        };
    }

    private ConsumerSettings settings(String topic) {
        return ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic);
    }
}
