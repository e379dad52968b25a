package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the genuine mqadmin 5.5.0 shows and does, command by command. */
@ExtendWith(InteropLab.Resolver.class)
abstract class MqAdminContract {
    /** Commands of all tests wait for each other. */
    private static final Duration VISIBLE = Duration.ofSeconds(90);

    private static final String LONG_AGO = "1000000000000";

    private final InteropLab lab;
    private final BrokerTarget broker;

    MqAdminContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    @Test
    void showsTopics() {
        String topic = Topics.create(lab, broker, 2);
        lab.tool(broker).send(Outgoing.text(topic, "one"), 1);

        assertThat(run("topicStatus", "-t", topic)).containsPattern("0 +0 +0").containsPattern("1 +0 +1 +20\\d\\d-");
        assertThat(run("topicClusterList", "-t", topic)).contains(broker.clusterName());
        await("statistics")
                .atMost(VISIBLE)
                .untilAsserted(() -> assertThat(run("statsAll", "-t", topic))
                        .containsPattern(Pattern.quote(topic) + " +\\d+ +\\d+\\.\\d+ +\\d+ +NO_CONSUMER"));
        assertThat(run("queryCq", "-t", topic, "-q", "1", "-i", "0", "-c", "5", "-b", address()))
                .contains("max: 1, min: 0", "idx: 0", "eval=false");
    }

    @Test
    void showsAndDeletesPermissions() {
        String topic = Topics.create(lab, broker, 1);

        assertThat(run("updateTopicPerm", "-b", address(), "-t", topic, "-p", "4"))
                .contains("success");
        await("permission")
                .atMost(VISIBLE)
                .untilAsserted(() -> assertThat(run("topicRoute", "-t", topic)).containsPattern("\"perm\": ?4"));
        run("updateTopicPerm", "-b", address(), "-t", topic, "-p", "6");
        assertThat(run("deleteTopic", "-c", broker.clusterName(), "-t", topic)).contains("success");
    }

    @Test
    void showsTheBroker() {
        assertThat(run("brokerStatus", "-b", address()))
                .contains("brokerVersionDesc", "putTps", "msgPutTotalTodayNow", "bootTimestamp", "commitLogMaxOffset");
        assertThat(run("getBrokerConfig", "-b", address())).contains("brokerName", "brokerClusterName", "listenPort");
        for (String command : List.of("cleanExpiredCQ", "cleanUnusedTopic", "deleteExpiredCommitLog")) {
            assertThat(run(command, "-b", address())).as(command).contains("success");
        }
    }

    @Test
    void showsConsumersAndTheirProgress() {
        String topic = Topics.create(lab, broker, 2);
        String group = lab.name("consumers");
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
            MessagingContract.awaitTexts(consumer, "one");

            String connections = run("consumerConnection", "-g", group);
            assertThat(connections)
                    .contains("#ClientId", topic, "CLUSTERING", "CONSUME_PASSIVELY")
                    .contains("JAVA");
            assertThat(clientId(connections)).contains("@");
            await("progress")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(run("consumerProgress", "-g", group))
                            .containsPattern(Pattern.quote(topic) + " +[\\w-]+ +0 +1 +1 +0 ")
                            .containsPattern("Diff Total: 0"));
            assertThat(run("consumerProgress")).containsPattern(group + " +1 ");
            assertThat(run("consumerProgress", "-g", group, "-t", topic, "-s", "true"))
                    .containsPattern("1 +1 +\\d+\\.\\d+\\.\\d+\\.\\d+ ");
            assertThat(run("brokerConsumeStats", "-b", address(), "-l", "0"))
                    .contains(group)
                    .containsPattern("Diff Total: \\d+");
            assertThat(run("statsAll", "-t", topic)).contains(group);
        }
    }

    @Test
    void showsProducers() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("producers");
        try (TestProducer producer = client().producer(ProducerSettings.of(broker.nameServer(), group))) {
            producer.send(Outgoing.text(topic, "known"));

            await("producer")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(run("producerConnection", "-g", group, "-t", topic))
                            .containsPattern("0001 .*127\\.0\\.0\\.1:\\d+ +JAVA"));
            assertThat(run("producer", "-b", address())).contains(group);
        }
    }

    @Test
    void showsWhatAConsumerIsDoing() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
            MessagingContract.awaitTexts(consumer, "one");
            String id = clientId(run("consumerConnection", "-g", group));

            String info = run("consumerStatus", "-g", group, "-i", id, "-s");

            assertThat(info)
                    .contains("#Consumer Properties#", "PROP_CONSUMER_START_TIMESTAMP", topic)
                    .contains("#Consumer jstack#", "ConsumeMessageThread");
        }
    }

    @Test
    void looksIntoTernMQsOwnConsumer() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        try (TestConsumer consumer = lab.ternmqClient().consumer(settings(group, topic))) {
            Sent sent = lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
            MessagingContract.awaitTexts(consumer, "one");
            String id = clientId(run("consumerConnection", "-g", group));

            assertThat(run("consumerStatus", "-g", group, "-i", id, "-s"))
                    .contains("#Consumer Properties#", "PROP_CONSUMER_START_TIMESTAMP", topic)
                    .contains("#Consumer jstack#", "ternmq-client-operator");
            assertThat(run("queryMsgById", "-t", topic, "-i", sent.offsetMessageId(), "-g", group, "-d", id))
                    .contains("CR_SUCCESS");
            MessagingContract.awaitTexts(consumer, "one", "one");
        }
    }

    @Test
    void handsAMessageToAConsumerOnceMore() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            Sent sent = lab.tool(broker).send(Outgoing.text(topic, "again"), 0);
            MessagingContract.awaitTexts(consumer, "again");
            String id = clientId(run("consumerConnection", "-g", group));

            String result = run("queryMsgById", "-t", topic, "-i", sent.offsetMessageId(), "-g", group, "-d", id);

            assertThat(result).contains("CR_SUCCESS");
            MessagingContract.awaitTexts(consumer, "again", "again");
        }
    }

    @Test
    void resetsAGroupThatIsOnline() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
            lab.tool(broker).send(Outgoing.text(topic, "two"), 0);
            MessagingContract.awaitTexts(consumer, "one", "two");

            assertThat(run("resetOffsetByTime", "-g", group, "-t", topic, "-s", LONG_AGO))
                    .containsPattern("0 +0\\b");

            await("both once more")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(consumer.received()).hasSize(4));
            run("resetOffsetByTime", "-g", group, "-t", topic, "-s", LONG_AGO);
            await("and again")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(consumer.received()).hasSize(6));
        }
    }

    @Test
    void resetsAGroupThatIsOffline() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        for (String text : List.of("one", "two", "three")) {
            lab.tool(broker).send(Outgoing.text(topic, text), 0);
        }
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            MessagingContract.awaitTexts(consumer, "one", "two", "three");
        }

        run("resetOffsetByTime", "-g", group, "-t", topic, "-s", LONG_AGO);
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            MessagingContract.awaitTexts(consumer, "one", "two", "three");
        }

        lab.tool(broker).send(Outgoing.text(topic, "never consumed"), 0);
        run("skipAccumulatedMessage", "-g", group, "-t", topic);
        try (TestConsumer consumer = client().consumer(settings(group, topic))) {
            lab.tool(broker).send(Outgoing.text(topic, "four"), 0);
            MessagingContract.awaitTexts(consumer, "four");
        }
    }

    @Test
    void putsAGroupWhereAnotherIs() {
        String topic = Topics.create(lab, broker, 1);
        String source = lab.name("source");
        String target = lab.name("target");
        lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
        for (String group : List.of(source, target)) {
            try (TestConsumer consumer = client().consumer(settings(group, topic))) {
                MessagingContract.awaitTexts(consumer, "one");
            }
        }
        lab.tool(broker).send(Outgoing.text(topic, "two"), 0);
        run("resetOffsetByTime", "-g", source, "-t", topic, "-s", LONG_AGO);

        assertThat(run("cloneGroupOffset", "-s", source, "-d", target, "-t", topic, "-o", "true"))
                .contains("success");

        try (TestConsumer consumer = client().consumer(settings(target, topic))) {
            MessagingContract.awaitTexts(consumer, "one", "two");
        }
    }

    @Test
    void sendsAndShowsMessages() {
        String topic = Topics.create(lab, broker, 1);

        assertThat(run("sendMessage", "-t", topic, "-p", "by the tool", "-k", "key", "-c", "tag"))
                .contains("SEND_OK");
        assertThat(run("printMsg", "-t", topic, "-d", "true")).contains("by the tool");
        assertThat(run("consumeMessage", "-t", topic)).contains("by the tool");
        assertThat(run("checkMsgSendRT", "-t", topic, "-a", "3", "-s", "10")).contains("Avg RT");
        assertThat(run("allocateMQ", "-t", topic, "-i", "10.0.0.1,10.0.0.2"))
                .contains("10.0.0.1")
                .contains("10.0.0.2");
    }

    @Test
    void administersGroups() {
        String group = lab.name("administered");

        assertThat(run("updateSubGroup", "-b", address(), "-g", group, "-r", "7"))
                .contains("success");
        assertThat(run("getConsumerConfig", "-g", group)).containsPattern("retryMaxTimes +[:=] +7");
        assertThat(run("deleteSubGroup", "-b", address(), "-g", group, "-r", "true"))
                .contains("success");
    }

    private GenuineClient client() {
        return lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
    }

    private ConsumerSettings settings(String group, String topic) {
        return ConsumerSettings.of(broker.nameServer(), group, topic);
    }

    private String run(String... command) {
        List<String> all = new ArrayList<>(Arrays.asList(command));
        all.addAll(List.of("-n", broker.nameServer()));
        return lab.mqAdmin().mqAdmin(all.toArray(String[]::new));
    }

    /** The broker's own address, which a cluster's name server may not share. */
    private String address() {
        return find("127\\.0\\.0\\.1:\\d+", run("clusterList"));
    }

    /** The id of the one client in a list of connections. */
    private static String clientId(String connections) {
        return find("\\S+@\\S+", connections);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group();
    }
}
