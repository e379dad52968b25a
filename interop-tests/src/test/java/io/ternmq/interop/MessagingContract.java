package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client must be able to do with a broker, whoever wrote the two. Topics are created by a genuine client in every case; each
 * test uses topics and groups of its own.
 */
abstract class MessagingContract {
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    /** Below the 5 seconds after which a broker may look at what waits without being told, and the 15 that a pull waits. */
    private static final Duration PROMPT = Duration.ofSeconds(4);

    /** Below the 20 seconds after which a client looks at its queues without being told. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);

    private static final int QUEUES = 4;

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final Messaging client;

    MessagingContract(InteropLab lab, BrokerTarget broker, Messaging client) {
        this.lab = lab;
        this.broker = broker;
        this.client = client;
    }

    @Test
    void deliversWhatIsSentInEveryWayExactlyOnce() {
        String topic = newTopic();
        List<Sent> sent = new ArrayList<>();

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            sent.add(producer.send(Outgoing.text(topic, "sync")));
            sent.add(producer.sendAsync(Outgoing.text(topic, "async")).join());
            producer.sendOneway(Outgoing.text(topic, "oneway"));
            sent.addAll(producer.sendBatch(List.of(
                    Outgoing.text(topic, "batch 1").tagged("a").keyed("k1"),
                    Outgoing.text(topic, "batch 2").tagged("b").keyed("k2"),
                    Outgoing.text(topic, "batch 3").with(Map.of("origin", "batch")))));
            List<Delivered> received = awaitTexts(consumer, "sync", "async", "oneway", "batch 1", "batch 2", "batch 3");

            assertThat(received.stream()
                            .filter(message -> !message.text().equals("oneway"))
                            .map(Delivered::place))
                    .containsExactlyInAnyOrderElementsOf(
                            sent.stream().map(Sent::place).toList());
            assertThat(received).allSatisfy(message -> {
                assertThat(message.topic()).isEqualTo(topic);
                assertThat(message.reconsumeTimes()).isZero();
            });
            assertThat(withText(received, "batch 1").tag()).isEqualTo("a");
            assertThat(withText(received, "batch 2").key()).isEqualTo("k2");
            assertThat(withText(received, "batch 3").properties()).containsEntry("origin", "batch");
        }
    }

    @Test
    void tellsWhereEachMessageWasStored() {
        String topic = newTopic(1);

        try (TestProducer producer = client.producer(producerSettings())) {
            List<Sent> sent = IntStream.range(0, 3)
                    .mapToObj(i -> producer.send(Outgoing.text(topic, "message " + i)))
                    .toList();

            assertThat(sent).extracting(Sent::queueOffset).containsExactly(0L, 1L, 2L);
            assertThat(sent).extracting(Sent::queueId).containsOnly(0);
            assertThat(sent).extracting(Sent::messageId).doesNotHaveDuplicates();
            assertThat(sent)
                    .extracting(Sent::offsetMessageId)
                    .doesNotHaveDuplicates()
                    .allSatisfy(id -> assertThat(id).matches("7F000001[0-9A-F]{24}"));
        }
    }

    @Test
    void keepsEveryPropertyAndTheBody() {
        String topic = newTopic();
        byte[] body = new byte[3000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        Map<String, String> properties = Map.of(
                "plain",
                "value",
                "näme",
                "größe 茶 🍵",
                "with=equals",
                "a=b;c&d",
                "spaces",
                "  two  ",
                "number",
                "-1.5e3");
        Outgoing message = new Outgoing(topic, "tag-ä", "key-1 key-2", properties, body);
        long before = System.currentTimeMillis();

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            Sent sent = producer.send(message);
            Delivered received = awaitCount(consumer, 1).get(0);

            assertThat(received.messageId()).isEqualTo(sent.messageId());
            assertThat(received.tag()).isEqualTo("tag-ä");
            assertThat(received.key()).isEqualTo("key-1 key-2");
            assertThat(received.body()).isEqualTo(body);
            assertThat(received.properties()).containsAllEntriesOf(properties);
            assertThat(received.queueId()).isEqualTo(sent.queueId());
            assertThat(received.queueOffset()).isEqualTo(sent.queueOffset());
            assertThat(received.bornHost()).contains("127.0.0.1");
            assertThat(received.bornTimestamp()).isBetween(before, System.currentTimeMillis());
            assertThat(received.storeTimestamp()).isBetween(before, System.currentTimeMillis());
        }
    }

    @Test
    void deliversOnlyTheTagsAskedFor() {
        String topic = newTopic();

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic).filtering("create || pay"))) {
            // "Aa" and "BB" have the same hash, which is all that a broker looks at.
            for (String tag : List.of("create", "ship", "pay", "Aa", "create")) {
                producer.send(Outgoing.text(topic, "tagged " + tag).tagged(tag));
            }
            producer.send(Outgoing.text(topic, "without tag"));
            producer.send(Outgoing.text(topic, "last").tagged("pay"));

            awaitTexts(consumer, "tagged create", "tagged create", "tagged pay", "last");
        }
    }

    @Test
    void tellsApartTagsOfTheSameHash() {
        String topic = newTopic(1);

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic).filtering("BB"))) {
            producer.send(Outgoing.text(topic, "unwanted").tagged("Aa"));
            producer.send(Outgoing.text(topic, "wanted").tagged("BB"));

            awaitTexts(consumer, "wanted");
        }
    }

    @Test
    void sharesQueuesBetweenInstancesAndTakesOverThoseOfOneThatLeaves() {
        String topic = newTopic();
        ConsumerSettings settings = consumerSettings(topic);
        Probes probes = new Probes(lab.tool(broker), topic, QUEUES);

        try (TestConsumer one = client.consumer(settings)) {
            probes.awaitShares(DELIVERY, List.of(one), "0,1,2,3");
            try (TestConsumer other = client.consumer(settings)) {
                probes.awaitShares(TAKE_OVER, List.of(one, other), "0,1", "2,3");
            }
            probes.awaitShares(TAKE_OVER, List.of(one), "0,1,2,3");
        }
    }

    @Test
    void givesEveryBroadcastingInstanceEveryMessage() {
        String topic = newTopic();
        ConsumerSettings settings = consumerSettings(topic).asBroadcast();

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer one = client.consumer(settings);
                TestConsumer other = client.consumer(settings)) {
            String[] texts = IntStream.range(0, 8).mapToObj(i -> "for all " + i).toArray(String[]::new);
            for (String text : texts) {
                producer.send(Outgoing.text(topic, text));
            }

            awaitTexts(one, texts);
            awaitTexts(other, texts);
        }
    }

    @Test
    void goesOnWhereTheGroupLeftOff() {
        String topic = newTopic();
        ConsumerSettings settings = consumerSettings(topic);

        try (TestProducer producer = client.producer(producerSettings())) {
            try (TestConsumer first = client.consumer(settings)) {
                producer.send(Outgoing.text(topic, "before"));
                awaitTexts(first, "before");
            }
            producer.send(Outgoing.text(topic, "between"));
            try (TestConsumer second = client.consumer(settings)) {
                producer.send(Outgoing.text(topic, "after"));

                awaitTexts(second, "between", "after");
            }
        }
    }

    @Test
    void wakesAConsumerThatWaits() {
        String topic = newTopic();

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            producer.send(Outgoing.text(topic, "first"));
            awaitCount(consumer, 1);
            for (int i = 2; i <= 10; i++) {
                producer.send(Outgoing.text(topic, "message " + i));
                int count = i;
                await("message " + i)
                        .atMost(PROMPT)
                        .until(() -> consumer.received().size() == count);
            }
        }
    }

    @Test
    void deliversEachOfManyOnce() {
        String topic = newTopic(1);
        int count = 2000;

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            List<CompletableFuture<Sent>> sends = IntStream.range(0, count)
                    .mapToObj(i -> producer.sendAsync(Outgoing.text(topic, "message " + i)))
                    .toList();
            List<String> sent =
                    sends.stream().map(CompletableFuture::join).map(Sent::place).toList();

            assertThat(awaitCount(consumer, count))
                    .extracting(Delivered::place)
                    .containsExactlyInAnyOrderElementsOf(sent);
            assertThat(consumer.received())
                    .extracting(Delivered::queueOffset)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, count).boxed().toList());
        }
    }

    @Test
    void findsTheOneWantedMessageAmongManyUnwanted() {
        String topic = newTopic(1);

        try (TestProducer producer = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic).filtering("wanted"))) {
            CompletableFuture<?>[] sends = IntStream.range(0, 3000)
                    .mapToObj(i -> producer.sendAsync(
                            Outgoing.text(topic, "message " + i).tagged("unwanted")))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(sends).join();
            producer.send(Outgoing.text(topic, "here").tagged("wanted"));

            awaitTexts(consumer, "here");
        }
    }

    @Test
    void carriesMessagesUpToTheLargestAllowed() {
        String topic = newTopic(1);
        List<byte[]> bodies = IntStream.of(1, 65_536, 1_000_000, 4 * 1024 * 1024)
                .mapToObj(MessagingContract::incompressible)
                .toList();

        try (TestProducer producer = client.producer(producerSettings().compressing("ZLIB", 16 * 1024 * 1024));
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            for (byte[] body : bodies) {
                producer.send(new Outgoing(topic, null, null, Map.of(), body));
            }

            List<Delivered> received = awaitCount(consumer, bodies.size());
            for (byte[] body : bodies) {
                assertThat(received).anyMatch(message -> Arrays.equals(message.body(), body));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZLIB", "LZ4", "ZSTD"})
    void deliversCompressedBodies(String compression) {
        String topic = newTopic(1);
        String text = "compressible ".repeat(2000);

        try (TestProducer producer = client.producer(producerSettings().compressing(compression, 1024));
                TestConsumer consumer = client.consumer(consumerSettings(topic))) {
            producer.send(Outgoing.text(topic, text));
            producer.send(Outgoing.text(topic, "short"));

            assertThat(awaitTexts(consumer, text, "short"))
                    .extracting(Delivered::storedBytes)
                    .allMatch(bytes -> bytes < text.length() / 4);
        }
    }

    @Test
    void deliversAgainWhatAListenerRefuses() {
        String topic = newTopic(1);
        ConsumerSettings settings = consumerSettings(topic);

        try (TestProducer producer = client.producer(producerSettings())) {
            // The group's retry topic is made when its first member appears; whoever joins later finds it at once.
            producer.send(Outgoing.text(topic, "accepted"));
            try (TestConsumer first = client.consumer(settings)) {
                awaitTexts(first, "accepted");
            }
            try (TestConsumer consumer = client.consumer(settings.refusing(2))) {
                Sent sent = producer.send(
                        Outgoing.text(topic, "refused twice").tagged("t").keyed("k"));
                List<Delivered> received = awaitTexts(consumer, "refused twice", "refused twice", "refused twice");

                assertThat(received).extracting(Delivered::reconsumeTimes).containsExactly(0, 1, 2);
                assertThat(received).allSatisfy(message -> {
                    assertThat(message.messageId()).isEqualTo(sent.messageId());
                    assertThat(message.topic()).isEqualTo(topic);
                    assertThat(message.tag()).isEqualTo("t");
                    assertThat(message.key()).isEqualTo("k");
                });
            }
        }
    }

    @Test
    void speaksTlsOnTheSamePort() {
        String topic = newTopic();

        try (TestProducer encrypted = client.producer(producerSettings().withTls());
                TestProducer plain = client.producer(producerSettings());
                TestConsumer consumer = client.consumer(consumerSettings(topic).withTls())) {
            encrypted.send(Outgoing.text(topic, "encrypted"));
            plain.send(Outgoing.text(topic, "plain"));

            awaitTexts(consumer, "encrypted", "plain");
        }
    }

    final String newTopic() {
        return newTopic(QUEUES);
    }

    final String newTopic(int queues) {
        return Topics.create(lab, broker, queues);
    }

    final ProducerSettings producerSettings() {
        return ProducerSettings.of(broker.nameServer(), lab.name("producers"));
    }

    final ConsumerSettings consumerSettings(String topic) {
        return ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic);
    }

    final InteropLab lab() {
        return lab;
    }

    final BrokerTarget broker() {
        return broker;
    }

    final Messaging client() {
        return client;
    }

    static List<Delivered> awaitCount(TestConsumer consumer, int count) {
        await("messages delivered: " + count)
                .atMost(DELIVERY)
                .untilAsserted(() -> assertThat(consumer.received()).hasSize(count));
        return consumer.received();
    }

    /** Waits until exactly these texts have come, in any order. */
    static List<Delivered> awaitTexts(TestConsumer consumer, String... texts) {
        await("texts delivered")
                .atMost(DELIVERY)
                .untilAsserted(() -> assertThat(consumer.received())
                        .extracting(Delivered::text)
                        .containsExactlyInAnyOrder(texts));
        return consumer.received();
    }

    /**
     * Waits until the broker knows that a group has consumed these messages. Genuine clients tell it one way as they end, so that
     * a successor that is quick may ask before it has been told, and be given them again.
     */
    static void awaitProgress(ConsumerSettings settings, List<Delivered> consumed) {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(settings.nameServer()))) {
            await("progress of the group").atMost(DELIVERY).untilAsserted(() -> {
                List<GroupProgress.QueueProgress> progress =
                        admin.progress(settings.group(), settings.topic()).queues();
                assertThat(consumed)
                        .allSatisfy(message -> assertThat(progress).anySatisfy(queue -> {
                            assertThat(queue.queue().queueId()).isEqualTo(message.queueId());
                            assertThat(queue.committedOffset()).isGreaterThan(message.queueOffset());
                        }));
            });
        }
    }

    private static byte[] incompressible(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Delivered withText(List<Delivered> messages, String text) {
        return messages.stream()
                .filter(message -> message.text().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
