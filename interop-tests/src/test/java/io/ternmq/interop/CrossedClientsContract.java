package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What TernMQ's client and genuine ones must make of each other's messages and membership, whatever the broker. */
@ExtendWith(InteropLab.Resolver.class)
abstract class CrossedClientsContract {
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);

    /** What a consumer adds of its own accord, and the message id, which TernMQ's does not show as a property as well. */
    private static final Set<String> LOCAL_PROPERTIES =
            Set.of("MIN_OFFSET", "MAX_OFFSET", "CONSUME_START_TIME", "UNIQ_KEY");

    private static final Map<String, String> PROPERTIES =
            Map.of("plain", "value", "näme", "größe 茶 🍵", "with=equals", "a=b;c&d", "spaces", "  two  ");

    private final InteropLab lab;
    private final BrokerTarget broker;

    CrossedClientsContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    /** Who sends. */
    enum Sender {
        TERNMQ,
        GENUINE_4_9_8,
        GENUINE_5_5_0
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void everyClientSeesTheSameMessage(Sender sender) {
        String topic = Topics.create(lab, broker, 4);
        Messaging sending = messaging(sender);

        try (TestProducer producer = sending.producer(producerSettings());
                TestConsumer ours = messaging(Sender.TERNMQ).consumer(consumerSettings(topic));
                TestConsumer oldest = messaging(Sender.GENUINE_4_9_8).consumer(consumerSettings(topic));
                TestConsumer newest = messaging(Sender.GENUINE_5_5_0).consumer(consumerSettings(topic))) {
            List<Outgoing> outgoing = messages(topic);
            List<Sent> sent = new ArrayList<>();
            sent.add(producer.send(outgoing.get(0)));
            sent.add(producer.sendAsync(outgoing.get(1)).join());
            sent.addAll(producer.sendBatch(outgoing.subList(2, outgoing.size())));

            List<Delivered> received = MessagingContract.awaitCount(ours, outgoing.size());
            assertThat(descriptions(received))
                    .isEqualTo(descriptions(MessagingContract.awaitCount(oldest, outgoing.size())))
                    .isEqualTo(descriptions(MessagingContract.awaitCount(newest, outgoing.size())));
            for (int i = 0; i < outgoing.size(); i++) {
                assertSame(outgoing.get(i), sent.get(i), received);
            }
        }
    }

    /** TernMQ's client puts sends that queue up into batches; nobody may see a difference, and each result must be true. */
    @Test
    void everyClientReadsWhatOurClientHasGathered() {
        String topic = Topics.create(lab, broker, 2);
        int count = 300;

        try (TestProducer producer = messaging(Sender.TERNMQ).producer(producerSettings());
                TestConsumer ours = messaging(Sender.TERNMQ).consumer(consumerSettings(topic));
                TestConsumer oldest = messaging(Sender.GENUINE_4_9_8).consumer(consumerSettings(topic));
                TestConsumer newest = messaging(Sender.GENUINE_5_5_0).consumer(consumerSettings(topic))) {
            List<Outgoing> outgoing = IntStream.range(0, count)
                    .mapToObj(i -> Outgoing.text(topic, "number " + i)
                            .tagged("tag-" + i % 3)
                            .keyed("key-" + i)
                            .with(Map.of("number", Integer.toString(i))))
                    .toList();

            List<CompletableFuture<Sent>> sending =
                    outgoing.stream().map(producer::sendAsync).toList();
            List<Sent> sent = sending.stream().map(CompletableFuture::join).toList();

            assertThat(sent).extracting(Sent::messageId).doesNotHaveDuplicates();
            assertThat(sent).extracting(Sent::place).doesNotHaveDuplicates();
            List<Delivered> received = MessagingContract.awaitCount(ours, count);
            assertThat(descriptions(received))
                    .isEqualTo(descriptions(MessagingContract.awaitCount(oldest, count)))
                    .isEqualTo(descriptions(MessagingContract.awaitCount(newest, count)));
            for (int i = 0; i < count; i++) {
                assertSame(outgoing.get(i), sent.get(i), received);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void everyClientReadsCompressedBodies(Sender sender) {
        String topic = Topics.create(lab, broker, 1);
        String text = "compressible größe ".repeat(1000);

        try (TestConsumer ours = messaging(Sender.TERNMQ).consumer(consumerSettings(topic));
                TestConsumer oldest = messaging(Sender.GENUINE_4_9_8).consumer(consumerSettings(topic));
                TestConsumer newest = messaging(Sender.GENUINE_5_5_0).consumer(consumerSettings(topic))) {
            for (String compression : List.of("ZLIB", "LZ4", "ZSTD")) {
                try (TestProducer producer =
                        messaging(sender).producer(producerSettings().compressing(compression, 1024))) {
                    producer.send(Outgoing.text(topic, compression + text));
                }
            }

            String[] texts = {"ZLIB" + text, "LZ4" + text, "ZSTD" + text};
            MessagingContract.awaitTexts(ours, texts);
            MessagingContract.awaitTexts(oldest, texts);
            assertThat(MessagingContract.awaitTexts(newest, texts))
                    .extracting(Delivered::storedBytes)
                    .allMatch(bytes -> bytes < text.length() / 4);
        }
    }

    @Test
    void membersOfOneGroupShareItsQueuesWhoeverWroteThem() {
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = consumerSettings(topic);
        Probes probes = new Probes(lab.tool(broker), topic, 4);

        try (TestConsumer ours = messaging(Sender.TERNMQ).consumer(settings)) {
            probes.awaitShares(TAKE_OVER, List.of(ours), "0,1,2,3");
            try (TestConsumer oldest = messaging(Sender.GENUINE_4_9_8).consumer(settings)) {
                probes.awaitShares(TAKE_OVER, List.of(ours, oldest), "0,1", "2,3");
                try (TestConsumer newest = messaging(Sender.GENUINE_5_5_0).consumer(settings)) {
                    probes.awaitShares(TAKE_OVER, List.of(ours, oldest, newest), "0,1", "2", "3");
                }
                probes.awaitShares(TAKE_OVER, List.of(ours, oldest), "0,1", "2,3");
            }
            probes.awaitShares(TAKE_OVER, List.of(ours), "0,1,2,3");
        }
    }

    @Test
    void genuineMembersTakeOverWhenOursLeaves() {
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = consumerSettings(topic);
        Probes probes = new Probes(lab.tool(broker), topic, 4);

        try (TestConsumer newest = messaging(Sender.GENUINE_5_5_0).consumer(settings)) {
            try (TestConsumer ours = messaging(Sender.TERNMQ).consumer(settings)) {
                probes.awaitShares(TAKE_OVER, List.of(ours, newest), "0,1", "2,3");
            }
            probes.awaitShares(TAKE_OVER, List.of(newest), "0,1,2,3");
        }
    }

    @Test
    void groupsGoOnAfterTheOtherClientsOffsets() {
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = consumerSettings(topic);

        try (TestProducer producer = messaging(Sender.TERNMQ).producer(producerSettings())) {
            for (Sender consuming : List.of(Sender.GENUINE_4_9_8, Sender.TERNMQ, Sender.GENUINE_5_5_0)) {
                producer.send(Outgoing.text(topic, "for " + consuming));
                try (TestConsumer consumer = messaging(consuming).consumer(settings)) {
                    MessagingContract.awaitTexts(consumer, "for " + consuming);
                }
            }
        }
    }

    private static List<Outgoing> messages(String topic) {
        return List.of(
                Outgoing.text(topic, "everything")
                        .tagged("tag-ä")
                        .keyed("key-1 key-2")
                        .with(PROPERTIES),
                Outgoing.text(topic, "nothing"),
                Outgoing.text(topic, "batch 1").tagged("a").keyed("k"),
                Outgoing.text(topic, "batch 2").with(PROPERTIES),
                Outgoing.text(topic, "größe 茶 🍵"));
    }

    private static void assertSame(Outgoing outgoing, Sent sent, List<Delivered> received) {
        Delivered message = received.stream()
                .filter(one -> one.messageId().equals(sent.messageId()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not received: " + sent));
        assertThat(message.place()).isEqualTo(sent.place());
        assertThat(message.tag()).isEqualTo(outgoing.tag() == null ? "" : outgoing.tag());
        assertThat(message.key()).isEqualTo(outgoing.key() == null ? "" : outgoing.key());
        assertThat(message.properties()).containsAllEntriesOf(outgoing.properties());
        assertThat(message.body()).isEqualTo(outgoing.body());
    }

    /** Everything about each message, as text that is easy to compare, in the order of their ids. */
    private static List<String> descriptions(List<Delivered> messages) {
        return messages.stream()
                .map(message -> {
                    Map<String, String> properties = new TreeMap<>(message.properties());
                    properties.keySet().removeAll(LOCAL_PROPERTIES);
                    return message.place() + ", topic=" + message.topic() + ", tag=" + message.tag() + ", key="
                            + message.key() + ", properties=" + properties + ", body="
                            + new String(message.body(), StandardCharsets.UTF_8) + ", reconsumeTimes="
                            + message.reconsumeTimes() + ", born=" + message.bornTimestamp() + ", stored="
                            + message.storeTimestamp() + ", from=" + message.bornHost();
                })
                .sorted()
                .toList();
    }

    private Messaging messaging(Sender sender) {
        return switch (sender) {
            case TERNMQ -> lab.ternmqClient();
            case GENUINE_4_9_8 -> lab.genuineClient(GenuineVersion.V4_9_8, HeaderEncoding.JSON);
            case GENUINE_5_5_0 -> lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
        };
    }

    private ProducerSettings producerSettings() {
        return ProducerSettings.of(broker.nameServer(), lab.name("producers"));
    }

    private ConsumerSettings consumerSettings(String topic) {
        return ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic);
    }
}
