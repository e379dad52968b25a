package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.AllConsumerOffsets;
import io.ternmq.protocol.body.BrokerStats;
import io.ternmq.protocol.body.ClientConnectionData;
import io.ternmq.protocol.body.ConsumeStats;
import io.ternmq.protocol.body.ConsumeStats.QueueProgress;
import io.ternmq.protocol.body.ConsumeStatsList;
import io.ternmq.protocol.body.ConsumeTimeSpans;
import io.ternmq.protocol.body.ConsumerConnection;
import io.ternmq.protocol.body.CorrectionOffsets;
import io.ternmq.protocol.body.GroupList;
import io.ternmq.protocol.body.GroupSubscription;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.ProducerConnection;
import io.ternmq.protocol.body.ProducerTable;
import io.ternmq.protocol.body.QueueEntries;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.body.TopicList;
import io.ternmq.protocol.body.TopicStats;
import io.ternmq.protocol.body.TopicStats.QueueRange;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators ask about topics, groups and clients, over real sockets. Each test uses topics and groups of its own. */
class AdminQueriesTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient client = broker.connect();

    @Test
    void tellsWhatEachQueueOfATopicHolds() throws Exception {
        TopicRequests.create(client, "held", 2, 6);
        long before = System.currentTimeMillis();
        sendTo("held", 0, 3);

        Command answer = ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", "held");

        assertThat(answer.body().toString(StandardCharsets.UTF_8))
                .contains(
                        "{{\"topic\":\"held\",\"brokerName\":\"ternmq\",\"queueId\":0}:{\"minOffset\":0,\"maxOffset\":3,");
        TopicStats stats = TestClient.decode(answer, TopicStats.class);
        assertThat(stats.offsetTable()).hasSize(2).containsEntry(queue("held", 1), new QueueRange(0, 0, 0));
        assertThat(stats.offsetTable().get(queue("held", 0)).lastUpdateTimestamp())
                .isBetween(before, System.currentTimeMillis());
        assertThat(stats.topicPutTps()).isPositive();
        assertThat(client.call(RequestCode.GET_TOPIC_STATS_INFO, Fields.of("topic", "not-there"))
                        .code())
                .isEqualTo(17);
    }

    @Test
    void tellsHowFarAGroupIs() throws Exception {
        TopicRequests.create(client, "consumed", 2, 6);
        sendTo("consumed", 0, 3);
        sendTo("consumed", 1, 1);
        client.heartbeat("id", "progressing", SubscriptionData.ofTags("consumed", "*", 1));
        client.pull("progressing", "consumed", 0, 0);
        commit("progressing", "consumed", 0, 2);

        ConsumeStats stats = TestClient.decode(
                ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", "progressing"), ConsumeStats.class);

        QueueProgress progress = stats.offsetTable().get(queue("consumed", 0));
        assertThat(progress.brokerOffset()).isEqualTo(3);
        assertThat(progress.consumerOffset()).isEqualTo(2);
        assertThat(progress.lastTimestamp()).isPositive();
        assertThat(stats.offsetTable().get(queue("consumed", 1))).isEqualTo(new QueueProgress(1, 0, 0, 0));
        assertThat(stats.consumeTps()).isPositive();
        assertThat(TestClient.decode(
                                client.call(
                                        RequestCode.GET_CONSUME_STATS,
                                        Fields.builder()
                                                .put("consumerGroup", "progressing")
                                                .put("topic", "elsewhere")
                                                .build()),
                                ConsumeStats.class)
                        .offsetTable())
                .isEmpty();
    }

    @Test
    void tellsTheProgressOfAllGroups() throws Exception {
        TopicRequests.create(client, "for-all", 1, 6);
        sendTo("for-all", 0, 5);
        commit("one-of-all", "for-all", 0, 2);

        ConsumeStatsList all = TestClient.decode(
                ask(RequestCode.GET_BROKER_CONSUME_STATS, "isOrder", "false"), ConsumeStatsList.class);

        assertThat(all.brokerAddr()).isEqualTo(broker.address());
        assertThat(all.totalDiff()).isGreaterThanOrEqualTo(3);
        assertThat(all.consumeStatsList())
                .filteredOn(group -> group.containsKey("one-of-all"))
                .singleElement()
                .satisfies(group ->
                        assertThat(group.get("one-of-all").get(0).offsetTable()).containsKey(queue("for-all", 0)));
        assertThat(TestClient.decode(
                                ask(RequestCode.GET_BROKER_CONSUME_STATS, "isOrder", "true"), ConsumeStatsList.class)
                        .consumeStatsList())
                .isEmpty();
    }

    @Test
    void tellsHowFarAGroupIsBehindInTime() throws Exception {
        TopicRequests.create(client, "in-time", 1, 6);
        sendTo("in-time", 0, 2);
        commit("behind", "in-time", 0, 1);
        Fields fields =
                Fields.builder().put("topic", "in-time").put("group", "behind").build();

        await().untilAsserted(() -> assertThat(spans(fields)).singleElement().satisfies(span -> {
            assertThat(span.messageQueue()).isEqualTo(queue("in-time", 0));
            assertThat(span.minTimeStamp()).isPositive().isLessThanOrEqualTo(span.maxTimeStamp());
            assertThat(span.consumeTimeStamp()).isEqualTo(span.minTimeStamp());
            assertThat(span.delayTime()).isPositive();
        }));
        commit("behind", "in-time", 0, 2);
        assertThat(spans(fields))
                .singleElement()
                .extracting(ConsumeTimeSpans.QueueSpan::delayTime)
                .isEqualTo(0L);
    }

    private List<ConsumeTimeSpans.QueueSpan> spans(Fields fields) {
        return TestClient.decode(client.call(RequestCode.QUERY_CONSUME_TIME_SPAN, fields), ConsumeTimeSpans.class)
                .consumeTimeSpanSet();
    }

    @Test
    void comparesTheProgressOfGroups() throws Exception {
        TopicRequests.create(client, "compared", 2, 6);
        sendTo("compared", 0, 9);
        sendTo("compared", 1, 9);
        commit("slow", "compared", 0, 2);
        commit("slow", "compared", 1, 6);
        commit("ignored", "compared", 0, 1);
        commit("me", "compared", 0, 4);
        commit("me", "compared", 1, 4);

        Command answer = client.call(
                RequestCode.QUERY_CORRECTION_OFFSET,
                Fields.builder()
                        .put("topic", "compared")
                        .put("compareGroup", "me")
                        .put("filterGroups", "ignored,me")
                        .build());

        assertThat(TestClient.decode(answer, CorrectionOffsets.class).correctionOffsets())
                .isEqualTo(Map.of(0, 2L, 1, Long.MAX_VALUE));
        AllConsumerOffsets everything = TestClient.decode(
                client.call(RequestCode.GET_ALL_CONSUMER_OFFSET, Fields.empty()), AllConsumerOffsets.class);
        assertThat(everything.offsetTable()).containsEntry("compared@me", Map.of(0, 4L, 1, 4L));
    }

    @Test
    void tellsWhoIsOnline() throws Exception {
        client.heartbeat("the-client", "online", SubscriptionData.ofTags("wanted", "A", 7));

        ConsumerConnection consumers = TestClient.decode(
                ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, "consumerGroup", "online"), ConsumerConnection.class);
        ProducerConnection producers = TestClient.decode(
                ask(RequestCode.GET_PRODUCER_CONNECTION_LIST, "producerGroup", "pg"), ProducerConnection.class);
        ProducerTable all =
                TestClient.decode(client.call(RequestCode.GET_ALL_PRODUCER_INFO, Fields.empty()), ProducerTable.class);

        assertThat(consumers.connectionSet()).singleElement().satisfies(one -> {
            assertThat(one.clientId()).isEqualTo("the-client");
            assertThat(one.clientAddr()).startsWith("127.0.0.1:");
            assertThat(one.language()).isEqualTo("JAVA");
            assertThat(one.version()).isEqualTo(479);
        });
        assertThat(consumers.subscriptionTable().get("wanted").tagsSet()).containsExactly("A");
        assertThat(consumers.messageModel()).isEqualTo("CLUSTERING");
        assertThat(producers.connectionSet())
                .extracting(ClientConnectionData::clientId)
                .contains("the-client");
        assertThat(all.data().get("pg"))
                .extracting(ProducerTable.ProducerInfo::clientId)
                .contains("the-client");
        assertThat(client.call(RequestCode.GET_CONSUMER_CONNECTION_LIST, Fields.of("consumerGroup", "offline"))
                        .code())
                .isEqualTo(206);
        assertThat(client.call(RequestCode.GET_PRODUCER_CONNECTION_LIST, Fields.of("producerGroup", "offline"))
                        .code())
                .isEqualTo(1);
    }

    @Test
    void tellsWhoConsumesWhat() throws Exception {
        TopicRequests.create(client, "before", 1, 6);
        client.heartbeat("id", "related", SubscriptionData.ofTags("now", "*", 1));
        commit("related", "before", 0, 0);

        assertThat(TestClient.decode(ask(RequestCode.QUERY_TOPICS_BY_CONSUMER, "group", "related"), TopicList.class)
                        .topicList())
                .containsExactlyInAnyOrder("before", "now");
        for (String topic : List.of("before", "now")) {
            assertThat(TestClient.decode(ask(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, "topic", topic), GroupList.class)
                            .groupList())
                    .containsExactly("related");
        }
        Fields fields =
                Fields.builder().put("group", "related").put("topic", "now").build();
        assertThat(TestClient.decode(
                                client.call(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, fields),
                                GroupSubscription.class)
                        .subscriptionData())
                .isEqualTo(SubscriptionData.ofTags("now", "*", 1));
    }

    @Test
    void showsTheIndexOfAQueue() throws Exception {
        client.send("indexed", 0, "x", Map.of("TAGS", "A"));
        client.send("indexed", 0, "y", Map.of("TAGS", "B"));
        client.heartbeat("id", "of-a", SubscriptionData.ofTags("indexed", "A", 1));
        Fields.Builder fields = Fields.builder()
                .put("topic", "indexed")
                .put("queueId", 0)
                .put("index", 0)
                .put("count", 10)
                .put("consumerGroup", "of-a");

        QueueEntries entries =
                TestClient.decode(client.call(RequestCode.QUERY_CONSUME_QUEUE, fields.build()), QueueEntries.class);

        assertThat(entries.maxQueueIndex()).isEqualTo(2);
        assertThat(entries.queueData()).extracting(QueueEntries.Entry::tagsCode).containsExactly(65L, 66L);
        assertThat(entries.queueData()).extracting(QueueEntries.Entry::eval).containsExactly(true, false);
        QueueEntries.Entry first = entries.queueData().get(0);
        assertThat(client.call(RequestCode.VIEW_MESSAGE_BY_ID, Fields.of("offset", Long.toString(first.physicOffset())))
                        .body()
                        .readableBytes())
                .isEqualTo(first.physicSize());
        assertThat(client.call(
                                RequestCode.QUERY_CONSUME_QUEUE,
                                Fields.builder()
                                        .put("topic", "indexed")
                                        .put("queueId", 99)
                                        .put("index", 0)
                                        .build())
                        .code())
                .isEqualTo(29);
    }

    @Test
    void countsWhatIsStoredAndDelivered() throws Exception {
        TopicRequests.create(client, "counted", 1, 6);
        sendTo("counted", 0, 4);
        client.heartbeat("id", "counting", SubscriptionData.ofTags("counted", "*", 1));
        client.pull("counting", "counted", 0, 1);

        assertThat(figure("TOPIC_PUT_NUMS", "counted").statsMinute().sum()).isEqualTo(4);
        assertThat(figure("TOPIC_PUT_SIZE", "counted").statsDay().sum()).isGreaterThan(400);
        assertThat(figure("GROUP_GET_NUMS", "counted@counting").statsHour())
                .satisfies(hour -> assertThat(hour.sum()).isEqualTo(3))
                .satisfies(hour -> assertThat(hour.avgpt()).isEqualTo(3));
        assertThat(figure("BROKER_PUT_NUMS", "DefaultCluster").statsDay().sum()).isGreaterThanOrEqualTo(4);
        assertThat(client.call(
                                RequestCode.VIEW_BROKER_STATS_DATA,
                                Fields.builder()
                                        .put("statsName", "TOPIC_PUT_NUMS")
                                        .put("statsKey", "never-sent-to")
                                        .build())
                        .code())
                .isEqualTo(1);
    }

    private BrokerStats figure(String name, String key) {
        Fields fields =
                Fields.builder().put("statsName", name).put("statsKey", key).build();
        return TestClient.decode(client.call(RequestCode.VIEW_BROKER_STATS_DATA, fields), BrokerStats.class);
    }

    private void sendTo(String topic, int queue, int messages) {
        for (int i = 0; i < messages; i++) {
            assertThat(client.send(topic, queue, "message " + i, Map.of()).code())
                    .isZero();
        }
    }

    private void commit(String group, String topic, int queue, long offset) {
        assertThat(client.call(
                                RequestCode.UPDATE_CONSUMER_OFFSET,
                                new UpdateOffsetHeader(group, topic, queue, offset).encode())
                        .code())
                .isZero();
    }

    private Command ask(RequestCode code, String field, String value) {
        Command answer = client.call(code, Fields.of(field, value));
        assertThat(answer.code()).as(String.valueOf(answer.remark())).isZero();
        return answer;
    }

    private static MessageQueue queue(String topic, int id) {
        return new MessageQueue(topic, "ternmq", id);
    }
}
