package io.ternmq.protocol.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.CommandException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodiesTest {
    private static final TopicRouteData ROUTE = new TopicRouteData(
            null,
            List.of(new QueueData("b1", 4, 4, 6, 0, 0)),
            List.of(new BrokerData("c", "b1", Map.of(0L, "10.0.0.1:10911"), false)),
            Map.of());

    @Test
    void writesBrokerIdsQuotedOrBareAsTheReaderNeedsThem() {
        assertThat(JsonBodies.encode(ROUTE).toString(UTF_8))
                .contains("\"brokerAddrs\":{\"0\":\"10.0.0.1:10911\"}", "\"topicSysFlag\":0", "\"topicSynFlag\":0")
                .doesNotContain("orderTopicConf");
        assertThat(JsonBodies.encodeWithBareKeys(ROUTE).toString(UTF_8))
                .contains("\"brokerAddrs\":{0:\"10.0.0.1:10911\"}");
    }

    @Test
    void leavesTextsThatLookLikeKeysAlone() {
        KeyValueTable table = new KeyValueTable(Map.of("k", "{\"5\":1,\"6\":2}"));

        String json = JsonBodies.encodeWithBareKeys(table).toString(UTF_8);

        assertThat(json).isEqualTo("{\"table\":{\"k\":\"{\\\"5\\\":1,\\\"6\\\":2}\"}}");
    }

    @Test
    void readsTheDialectOfGenuineBrokers() throws Exception {
        String json = "{'brokerDatas':[{\"brokerAddrs\":{0:\"10.0.0.1:10911\",1:\"10.0.0.2:10911\"},brokerName:\"b1\","
                + "\"cluster\":\"c\",\"zoneName\":null,}],\"filterServerTable\":{},\"queueDatas\":[{\"brokerName\":\"b1\","
                + "\"perm\":6,\"readQueueNums\":4,\"topicSysFlag\":0,\"writeQueueNums\":4}],\"unknown\":{\"x\":[1]}}";

        TopicRouteData route = JsonBodies.decode(json.getBytes(UTF_8), TopicRouteData.class);

        assertThat(route.brokerDatas().get(0).brokerAddrs())
                .containsEntry(0L, "10.0.0.1:10911")
                .hasSize(2);
        assertThat(route.queueDatas()).containsExactly(new QueueData("b1", 4, 4, 6, 0, 0));
    }

    @Test
    void readsTheHeartbeatOfAnOldClient() throws Exception {
        String json =
                "{\"clientID\":\"10.0.0.9@1\",\"consumerDataSet\":[{\"consumeFromWhere\":\"CONSUME_FROM_LAST_OFFSET\","
                        + "\"consumeType\":\"CONSUME_PASSIVELY\",\"groupName\":\"cg\",\"messageModel\":\"CLUSTERING\","
                        + "\"subscriptionDataSet\":[{\"classFilterMode\":false,\"codeSet\":[65],\"expressionType\":\"TAG\","
                        + "\"subString\":\"A\",\"subVersion\":1,\"tagsSet\":[\"A\"],\"topic\":\"orders\"}],\"unitMode\":false}],"
                        + "\"producerDataSet\":[{\"groupName\":\"pg\"}]}";

        HeartbeatData heartbeat = JsonBodies.decode(json.getBytes(UTF_8), HeartbeatData.class);

        assertThat(heartbeat.clientId()).isEqualTo("10.0.0.9@1");
        assertThat(heartbeat.withoutSub()).isFalse();
        assertThat(heartbeat.producerDataSet()).containsExactly(new ProducerData("pg"));
        assertThat(heartbeat.consumerDataSet().iterator().next().subscriptionDataSet())
                .containsExactly(SubscriptionData.ofTags("orders", "A", 1));
    }

    @Test
    void writesTheNamesOfTheWire() {
        assertThat(JsonBodies.encode(new HeartbeatData("id", Set.of(), Set.of(), 0, false))
                        .toString(UTF_8))
                .contains("\"clientID\":\"id\"", "\"withoutSub\":false");
        assertThat(JsonBodies.encode(new LockResult(Set.of(new MessageQueue("t", "b", 1))))
                        .toString(UTF_8))
                .startsWith("{\"lockOKMQSet\":[{");
        assertThat(JsonBodies.encode(SubscriptionData.ofTags("t", "a || b", 1)).toString(UTF_8))
                .contains("\"codeSet\":[97,98]", "\"tagsSet\":[\"a\",\"b\"]")
                .doesNotContain("all", "tagFilter");
    }

    @Test
    void readsTagExpressions() {
        assertThat(SubscriptionData.ofTags("t", " a||b || ", 1).tagsSet()).containsExactly("a", "b");
        assertThat(SubscriptionData.ofTags("t", " * ", 1).isAll()).isTrue();
        assertThat(SubscriptionData.ofTags("t", "", 1).subString()).isEqualTo("*");
    }

    @Test
    void readsAGroupWithWhateverPolicyItHas() throws Exception {
        String json = "{\"groupName\":\"cg\",\"consumeEnable\":true,\"retryMaxTimes\":3,"
                + "\"groupRetryPolicy\":{\"type\":\"CUSTOMIZED\",\"customizedRetryPolicy\":{\"next\":[1]}}}";

        GroupConfig group = JsonBodies.decode(json.getBytes(UTF_8), GroupConfig.class);

        assertThat(group.retryMaxTimes()).isEqualTo(3);
        assertThat(group.groupRetryPolicy()).isNotNull();
        assertThat(JsonBodies.encode(group).toString(UTF_8)).contains("\"type\":\"CUSTOMIZED\"");
    }

    @Test
    void writesQueuesAsKeysTheWayAllPeersReadThem() throws Exception {
        MessageQueue queue = new MessageQueue("orders", "b", 1);
        ConsumeStats stats = new ConsumeStats(Map.of(queue, new ConsumeStats.QueueProgress(10, 8, 9, 5)), 0.5);

        String json = JsonBodies.encode(stats).toString(UTF_8);

        assertThat(json)
                .startsWith(
                        "{\"offsetTable\":{{\"topic\":\"orders\",\"brokerName\":\"b\",\"queueId\":1}:{\"brokerOffset\":10,");
        assertThat(JsonBodies.decodeWithObjectKeys(json.getBytes(UTF_8), ConsumeStats.class))
                .isEqualTo(stats);
    }

    @Test
    void readsQueuesAsKeysBareOrQuoted() throws Exception {
        String json = "{\"consumerTable\":{\"id{,\":{{\"brokerName\":\"b\\\"}{\",\"queueId\":1,\"topic\":\"t\"}:5,"
                + "{'brokerName':'b','queueId':2,'topic':'t'}:6}},\"messageQueueTable\":{"
                + "\"{\\\"brokerName\\\":\\\"b\\\",\\\"queueId\\\":3,\\\"topic\\\":\\\"t\\\"}\":7},\"more\":[{\"a\":1},{\"b\":2}]}";

        ConsumerStatus status = JsonBodies.decodeWithObjectKeys(json.getBytes(UTF_8), ConsumerStatus.class);

        assertThat(status.consumerTable().get("id{,"))
                .isEqualTo(Map.of(new MessageQueue("t", "b\"}{", 1), 5L, new MessageQueue("t", "b", 2), 6L));
        assertThat(status.messageQueueTable()).isEqualTo(Map.of(new MessageQueue("t", "b", 3), 7L));
        assertThat(JsonBodies.decodeWithObjectKeys(
                        JsonBodies.encode(status).toString(UTF_8).getBytes(UTF_8), ConsumerStatus.class))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{{",
                "{{\"a",
                "{\"a\\",
                "}]",
                "{{}:{{}:",
                "{\"offsetTable\":{{}:1}}",
                "{\"offsetTable\":{{\"queueId\":\"x\"}:1}}"
            })
    void survivesQueueKeysThatAreNone(String json) {
        assertThatThrownBy(() -> JsonBodies.decodeWithObjectKeys(json.getBytes(UTF_8), QueueOffsets.class))
                .isInstanceOf(CommandException.class);
    }

    @Test
    void saysWhatDoesNotParse() {
        assertThatThrownBy(() -> JsonBodies.decode("{".getBytes(UTF_8), TopicList.class))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("body does not parse: expected=TopicList");
    }

    @Test
    void ordersQueuesAsAllocationDoes() {
        assertThat(new MessageQueue("a", "b2", 0)).isLessThan(new MessageQueue("b", "b1", 0));
        assertThat(new MessageQueue("a", "b1", 9)).isLessThan(new MessageQueue("a", "b2", 0));
        assertThat(new MessageQueue("a", "b1", 2)).isLessThan(new MessageQueue("a", "b1", 10));
    }
}
