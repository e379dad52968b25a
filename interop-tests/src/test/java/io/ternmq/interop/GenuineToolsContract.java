package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a broker must do for genuine clients and tools beyond {@link MessagingContract}. */
@ExtendWith(InteropLab.Resolver.class)
abstract class GenuineToolsContract {
    /** Two registrations of a genuine broker in a row may overtake each other at its name server; it registers anew every 30 s. */
    private static final Duration VISIBLE = Duration.ofSeconds(45);

    private static final Duration TAKE_OVER = Duration.ofSeconds(15);

    /** Locks are asked for again every 20 seconds if another holds them. */
    private static final Duration ORDERLY_TAKE_OVER = Duration.ofSeconds(30);

    private final InteropLab lab;
    private final BrokerTarget broker;

    GenuineToolsContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void servesClientsWithBinaryHeaders(GenuineVersion version) {
        GenuineClient client = lab.genuineClient(version, HeaderEncoding.ROCKETMQ);
        String topic = Topics.create(lab, broker, 4);
        Map<String, String> properties = Map.of("größe", "茶", "plain", "value");

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")));
                TestConsumer consumer =
                        client.consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic))) {
            Sent sent = producer.send(
                    Outgoing.text(topic, "sync").tagged("tag").keyed("key").with(properties));
            producer.sendAsync(Outgoing.text(topic, "async")).join();
            producer.sendOneway(Outgoing.text(topic, "oneway"));
            producer.sendBatch(List.of(Outgoing.text(topic, "batch 1"), Outgoing.text(topic, "batch 2")));

            assertThat(MessagingContract.awaitTexts(consumer, "sync", "async", "oneway", "batch 1", "batch 2"))
                    .filteredOn(message -> message.messageId().equals(sent.messageId()))
                    .singleElement()
                    .satisfies(message -> {
                        assertThat(message.tag()).isEqualTo("tag");
                        assertThat(message.key()).isEqualTo("key");
                        assertThat(message.properties()).containsAllEntriesOf(properties);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void createsATopicForAProducer(GenuineVersion version) {
        String topic = lab.name("created");

        try (GenuineProducer producer = lab.genuineClient(version, HeaderEncoding.JSON)
                .genuineProducer(ProducerSettings.of(broker.nameServer(), lab.name("producers")))) {
            producer.createTopic(topic, 3);

            await("route").atMost(VISIBLE).ignoreExceptions().until(() -> producer.writeQueues(topic) == 3);
            assertThat(producer.send(Outgoing.text(topic, "to the last queue"), 2)
                            .queueId())
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void createsAnUnknownTopicWithItsFirstMessage(GenuineVersion version) {
        String topic = lab.name("unknown");
        GenuineClient client = lab.genuineClient(version, HeaderEncoding.JSON);

        try (TestProducer producer =
                client.topicCreatingProducer(ProducerSettings.of(broker.nameServer(), lab.name("producers")))) {
            Sent sent = producer.send(Outgoing.text(topic, "first"));

            assertThat(sent.queueOffset()).isZero();
            await("route")
                    .atMost(VISIBLE)
                    .ignoreExceptions()
                    .until(() -> lab.tool(broker).writeQueues(topic) == 4);
        }
        try (TestConsumer consumer =
                client.consumer(ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic))) {
            MessagingContract.awaitTexts(consumer, "first");
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void servesOrderlyConsumersThatLockTheirQueues(GenuineVersion version) {
        GenuineClient client = lab.genuineClient(version, HeaderEncoding.JSON);
        String topic = Topics.create(lab, broker, 2);
        ConsumerSettings settings = ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic);
        Probes probes = new Probes(lab.tool(broker), topic, 2);

        try (TestConsumer one = client.orderlyConsumer(settings)) {
            probes.awaitShares(ORDERLY_TAKE_OVER, List.of(one), "0,1");
            try (TestConsumer other = client.orderlyConsumer(settings)) {
                probes.awaitShares(ORDERLY_TAKE_OVER, List.of(one, other), "0", "1");
            }
            probes.awaitShares(ORDERLY_TAKE_OVER, List.of(one), "0,1");
            for (int queue = 0; queue < 2; queue++) {
                int queueId = queue;
                assertThat(one.received().stream().filter(message -> message.queueId() == queueId))
                        .extracting(Delivered::queueOffset)
                        .isSorted();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void servesConsumersThatPullThemselves(GenuineVersion version) {
        GenuineClient client = lab.genuineClient(version, HeaderEncoding.JSON);
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic)
                .filtering("wanted");

        try (TestProducer producer = client.producer(ProducerSettings.of(broker.nameServer(), lab.name("producers")))) {
            producer.send(Outgoing.text(topic, "one").tagged("wanted"));
            producer.send(Outgoing.text(topic, "no").tagged("unwanted"));
            List<Delivered> consumed;
            try (TestConsumer first = client.litePuller(settings)) {
                MessagingContract.awaitTexts(first, "one");
                producer.send(Outgoing.text(topic, "two").tagged("wanted"));
                consumed = MessagingContract.awaitTexts(first, "one", "two");
            }
            MessagingContract.awaitProgress(settings, consumed);
            producer.send(Outgoing.text(topic, "three").tagged("wanted"));
            try (TestConsumer second = client.litePuller(settings)) {
                MessagingContract.awaitTexts(second, "three");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void givesTheQueuesOfAKilledProcessToTheOthers(GenuineVersion version) {
        String topic = Topics.create(lab, broker, 4);
        ConsumerSettings settings = ConsumerSettings.of(broker.nameServer(), lab.name("consumers"), topic);
        Probes probes = new Probes(lab.tool(broker), topic, 4);

        try (TestConsumer staying =
                lab.genuineClient(version, HeaderEncoding.JSON).consumer(settings)) {
            try (GenuineClient process = lab.freshClient(version)) {
                TestConsumer leaving = process.consumer(settings);
                probes.awaitShares(TAKE_OVER, List.of(staying, leaving), "0,1", "2,3");
                process.kill();
            }
            probes.awaitShares(TAKE_OVER, List.of(staying), "0,1,2,3");
        }
    }

    @Test
    void showsAStoredMessageToMqAdmin() {
        String topic = Topics.create(lab, broker, 1);
        Sent sent = lab.tool(broker)
                .send(Outgoing.text(topic, "looked up").tagged("tag").keyed("the-key"));

        String shown = lab.mqAdmin()
                .mqAdmin("queryMsgById", "-n", broker.nameServer(), "-t", topic, "-i", sent.offsetMessageId());

        assertThat(shown).contains(sent.messageId()).contains("the-key").contains(topic);
    }

    @Test
    void findsMessagesForMqAdmin() {
        String topic = Topics.create(lab, broker, 1);
        Sent sent = lab.tool(broker).send(Outgoing.text(topic, "looked up").keyed("one-key other-key"));
        Sent next = lab.tool(broker).send(Outgoing.text(topic, "looked up too").keyed("other-key"));

        await("index")
                .atMost(VISIBLE)
                .untilAsserted(() -> assertThat(query("queryMsgByKey", topic, "-k", "other-key"))
                        .contains(sent.messageId(), next.messageId()));
        assertThat(query("queryMsgByKey", topic, "-k", "one-key"))
                .contains(sent.messageId())
                .doesNotContain(next.messageId());
        try (GenuineClient own = lab.freshMqAdmin()) {
            assertThat(own.mqAdmin(
                            "queryMsgByUniqueKey", "-n", broker.nameServer(), "-t", topic, "-i", sent.messageId()))
                    .contains(sent.messageId(), topic, "one-key other-key");
        }
        assertThat(query("queryMsgById", topic, "-i", next.messageId())).contains(next.messageId(), topic);
    }

    private String query(String command, String topic, String option, String value) {
        return lab.mqAdmin().mqAdmin(command, "-n", broker.nameServer(), "-t", topic, option, value);
    }

    @Test
    void administersTopicsByMqAdmin() {
        GenuineClient admin = lab.mqAdmin();
        String servers = broker.nameServer();
        String topic = lab.name("administered");

        String created = admin.mqAdmin(
                "updateTopic", "-n", servers, "-c", broker.clusterName(), "-t", topic, "-r", "5", "-w", "3");
        assertThat(created).contains("success").contains("readQueueNums=5").contains("writeQueueNums=3");

        assertThat(admin.mqAdmin("topicList", "-n", servers)).contains(topic);
        assertThat(admin.mqAdmin("topicRoute", "-n", servers, "-t", topic))
                .contains("\"brokerAddrs\"")
                .containsPattern("\"readQueueNums\": ?5")
                .containsPattern("\"writeQueueNums\": ?3");

        admin.mqAdmin("updateTopic", "-n", servers, "-c", broker.clusterName(), "-t", topic, "-r", "6", "-w", "6");
        assertThat(admin.mqAdmin("topicRoute", "-n", servers, "-t", topic)).containsPattern("\"writeQueueNums\": ?6");

        assertThat(admin.mqAdmin("deleteTopic", "-n", servers, "-c", broker.clusterName(), "-t", topic))
                .contains("success");
        assertThat(admin.mqAdmin("topicList", "-n", servers)).doesNotContain(topic);
        assertThat(admin.mqAdmin("topicRoute", "-n", servers, "-t", topic))
                .contains("No topic route info in name server");
    }

    @Test
    void administersGroupsByMqAdmin() {
        GenuineClient admin = lab.mqAdmin();
        String group = lab.name("administered");

        String created = admin.mqAdmin(
                "updateSubGroup", "-n", broker.nameServer(), "-c", broker.clusterName(), "-g", group, "-r", "7");

        assertThat(created).contains("success").contains(group).containsPattern("retryMaxTimes=7");
    }

    @Test
    void showsTheClusterToMqAdmin() {
        String shown = lab.mqAdmin().mqAdmin("clusterList", "-n", broker.nameServer());

        assertThat(shown.lines().filter(line -> line.startsWith(broker.clusterName())))
                .singleElement()
                .asString()
                .contains("127.0.0.1:")
                .containsPattern("V[45]_\\d");
    }
}
