package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.GroupConfigList;
import io.ternmq.protocol.body.GroupForbidden;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.KeyValueTable;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicConfigList;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.protocol.header.CreateTopicHeader;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.message.OffsetMessageId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The name service and administration over real sockets. */
class RouteAndAdminTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient client = broker.connect();

    @Test
    void routesATopicToTheAddressTheClientHasReached() {
        TopicRequests.create(client, "routed", 3, 6);

        Command answer = client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "routed"));

        TopicRouteData route = TestClient.decode(answer, TopicRouteData.class);
        assertThat(route.queueDatas()).singleElement().satisfies(queues -> {
            assertThat(queues.brokerName()).isEqualTo("ternmq");
            assertThat(queues.readQueueNums()).isEqualTo(3);
            assertThat(queues.writeQueueNums()).isEqualTo(3);
            assertThat(queues.perm()).isEqualTo(6);
        });
        assertThat(route.brokerDatas())
                .singleElement()
                .satisfies(data -> assertThat(data.brokerAddrs()).isEqualTo(Map.of(0L, "127.0.0.1:" + broker.port())));
        assertThat(json(answer)).contains("\"topicSysFlag\":0").contains("\"topicSynFlag\":0");
    }

    @Test
    void writesRoutesAsTheRequesterReadsThem() throws IOException {
        TopicRequests.create(client, "dialects", 1, 6);
        Fields fields = Fields.of("topic", "dialects");
        Fields standard = Fields.builder()
                .putAll(fields)
                .put("acceptStandardJsonOnly", true)
                .build();

        assertThat(json(client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, fields)))
                .contains("{\"0\":");
        try (TestClient old =
                new TestClient(new Socket(InetAddress.getLoopbackAddress(), broker.port()), HeaderFormat.JSON, 300)) {
            assertThat(json(old.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, fields)))
                    .contains("{0:");
            assertThat(json(old.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, standard)))
                    .contains("{\"0\":");
        }
    }

    @Test
    void answersSeventeenForATopicWithoutARoute() {
        Command answer = client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "unknown-topic"));

        assertThat(answer.code()).isEqualTo(17);
        assertThat(answer.remark()).contains("unknown-topic");
    }

    @Test
    void routesTheTemplateThatProducersAskFor() {
        Command answer = client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "TBW102"));

        assertThat(TestClient.decode(answer, TopicRouteData.class)
                        .queueDatas()
                        .get(0)
                        .perm())
                .isEqualTo(7);
    }

    @Test
    void tellsOfTheClusterWithBareBrokerIds() {
        Command answer = client.call(RequestCode.GET_BROKER_CLUSTER_INFO, Fields.empty());

        assertThat(json(answer))
                .contains("{0:\"127.0.0.1:" + broker.port() + "\"}")
                .contains("\"DefaultCluster\":[\"ternmq\"]");
    }

    @Test
    void listsTopics() {
        TopicRequests.create(client, "listed", 1, 6);

        assertThat(json(client.call(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, Fields.empty())))
                .contains("\"listed\"");
        assertThat(json(client.call(RequestCode.GET_TOPICS_BY_CLUSTER, Fields.of("cluster", "DefaultCluster"))))
                .contains("\"listed\"");
        assertThat(json(client.call(RequestCode.GET_TOPICS_BY_CLUSTER, Fields.of("cluster", "another"))))
                .doesNotContain("\"listed\"");
        assertThat(json(client.call(RequestCode.GET_ALL_TOPIC_CONFIG, Fields.empty())))
                .contains("\"topicConfigTable\"")
                .contains("\"listed\"")
                .contains("\"dataVersion\"");
        assertThat(json(client.call(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, Fields.empty())))
                .contains("\"ternmq\"")
                .contains("\"brokerAddr\":\"127.0.0.1:" + broker.port());
        assertThat(json(client.call(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, Fields.empty())))
                .contains("SCHEDULE_TOPIC_XXXX")
                .doesNotContain("\"listed\"");
    }

    @Test
    void changesATopicAndItsAttributes() {
        TopicRequests.create(client, "changed", 1, 6);
        TopicConfig wider = new TopicConfig("changed", 5, 6, 4, "SINGLE_TAG", 0, true, Map.of("message.type", "FIFO"));

        client.call(RequestCode.UPDATE_AND_CREATE_TOPIC, new CreateTopicHeader(wider, "TBW102").encode());

        assertThat(TestClient.decode(
                        client.call(RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", "changed")), TopicConfig.class))
                .isEqualTo(wider);
    }

    @Test
    void createsSeveralTopicsAtOnce() {
        TopicConfigList list =
                new TopicConfigList(List.of(TopicConfig.of("several-1", 1), TopicConfig.of("several-2", 2)));

        client.call(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, Fields.empty(), JsonBodies.encode(list));

        assertThat(client.call(RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", "several-2"))
                        .code())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"not allowed", "SCHEDULE_TOPIC_XXXX", "rmq_sys_mine"})
    void refusesToCreateTopicsWithNamesThatAreNotFree(String name) {
        Command answer = client.call(
                RequestCode.UPDATE_AND_CREATE_TOPIC, new CreateTopicHeader(TopicConfig.of(name, 1), "TBW102").encode());

        assertThat(answer.code()).isEqualTo(29);
        assertThat(answer.remark()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 70_000})
    void refusesToCreateTopicsWithAnImpossibleNumberOfQueues(int queues) {
        Command answer = client.call(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                new CreateTopicHeader(TopicConfig.of("impossible", queues), "TBW102").encode());

        assertThat(answer.code()).isEqualTo(29);
    }

    @Test
    void deletesATopicWithItsMessages() throws Exception {
        client.send("deleted", "x");

        assertThat(client.call(RequestCode.DELETE_TOPIC_IN_BROKER, Fields.of("topic", "deleted"))
                        .code())
                .isZero();
        assertThat(client.call(RequestCode.DELETE_TOPIC_IN_NAMESRV, Fields.of("topic", "deleted"))
                        .code())
                .isZero();

        assertThat(client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "deleted"))
                        .code())
                .isEqualTo(17);
        client.send("deleted", "y");
        assertThat(client.call(RequestCode.GET_MAX_OFFSET, new QueueHeader("deleted", 0).encode())
                        .fields()
                        .requireLong("offset"))
                .isEqualTo(1);
        assertThat(client.call(RequestCode.DELETE_TOPIC_IN_BROKER, Fields.of("topic", "TBW102"))
                        .code())
                .isEqualTo(29);
    }

    @Test
    void administersGroups() {
        GroupConfig group = GroupConfig.of("administered");
        client.call(
                RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
                Fields.empty(),
                JsonBodies.encode(new GroupConfigList(List.of(group))));

        assertThat(TestClient.decode(
                        client.call(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, Fields.of("group", "administered")),
                        GroupConfig.class))
                .usingRecursiveComparison()
                .ignoringFields("groupRetryPolicy")
                .isEqualTo(group);
        assertThat(json(client.call(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, Fields.empty())))
                .contains("\"administered\"");
        client.call(RequestCode.DELETE_SUBSCRIPTIONGROUP, Fields.of("groupName", "administered"));
        assertThat(client.call(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, Fields.of("group", "administered"))
                        .code())
                .isEqualTo(26);
    }

    @Test
    void keepsKeyValuesAndPinsOrderedTopicsByThem() {
        TopicRequests.create(client, "pinned", 1, 6);
        Fields key = Fields.builder()
                .put("namespace", "ORDER_TOPIC_CONFIG")
                .put("key", "pinned")
                .build();

        assertThat(client.call(RequestCode.GET_KV_CONFIG, key).code()).isEqualTo(22);
        client.call(
                RequestCode.PUT_KV_CONFIG,
                Fields.builder().putAll(key).put("value", "ternmq:1").build());

        assertThat(client.call(RequestCode.GET_KV_CONFIG, key).fields().get("value"))
                .isEqualTo("ternmq:1");
        assertThat(json(client.call(RequestCode.GET_KVLIST_BY_NAMESPACE, Fields.of("namespace", "ORDER_TOPIC_CONFIG"))))
                .contains("\"pinned\":\"ternmq:1\"");
        assertThat(json(client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "pinned"))))
                .contains("\"orderTopicConf\":\"ternmq:1\"");
        client.call(RequestCode.DELETE_KV_CONFIG, key);
        assertThat(client.call(RequestCode.GET_KV_CONFIG, key).code()).isEqualTo(22);
    }

    @Test
    void tellsToolsItsFiguresAndSettings() {
        assertThat(json(client.call(RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty())))
                .contains("\"brokerVersionDesc\":\"V5_3_3\"")
                .containsPattern("\"putTps\":\"\\d+\\.\\d\\d \\d+\\.\\d\\d \\d+\\.\\d\\d\"")
                .contains("\"earliestMessageTimeStamp\"");
        assertThat(json(client.call(RequestCode.GET_BROKER_CONFIG, Fields.empty())))
                .contains("brokerName=ternmq\n")
                .contains("listenPort=" + broker.port() + "\n");
    }

    @Test
    void tellsItsTotals() throws Exception {
        // Rates of the last seconds, at a time that stands still.
        long now = 1_763_637_600_000L;
        try (Broker own = Broker.start(BrokerConfig.builder().build(), () -> now, DelayLevels.standard());
                TestClient other = new TestClient(own.port())) {
            other.send("totals", "x");
            other.send("totals", "y");
            other.pullAll("reader", "totals", 0, 0, 0);
            other.pullAll("reader", "totals", 0, 2, 0);

            KeyValueTable figures = TestClient.decode(
                    other.call(RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty()), KeyValueTable.class);

            assertThat(figures.table())
                    .containsEntry("msgPutTotalTodayNow", "2")
                    .containsEntry("msgGetTotalTodayNow", "2")
                    .containsEntry("msgPutTotalTodayMorning", "0");
            assertThat(figures.table()).containsEntry("earliestMessageTimeStamp", Long.toString(now));
            for (String rate : List.of("putTps", "getTransferredTps", "getFoundTps", "getMissTps", "getTotalTps")) {
                assertThat(Double.parseDouble(figures.table().get(rate).split(" ")[0]))
                        .as(rate)
                        .isPositive();
            }
        }
    }

    @Test
    void changesSettingsThatMayChange() throws Exception {
        try (Broker own = Broker.start();
                TestClient other = new TestClient(own.port())) {
            assertThat(change(other, "retention=48h\ndisk-share=90\n").code()).isZero();
            assertThat(json(other.call(RequestCode.GET_BROKER_CONFIG, Fields.empty())))
                    .contains("retention=PT48H\n", "fileReservedTime=48\n", "disk-share=90\n");

            assertThat(change(other, "fileReservedTime=24\ndiskMaxUsedSpaceRatio=80\n")
                            .code())
                    .isZero();
            assertThat(json(other.call(RequestCode.GET_BROKER_CONFIG, Fields.empty())))
                    .contains("retention=PT24H\n", "disk-share=80\n");

            for (String refused : List.of("port=1", "nonsense=1", "retention=soon", "retention=0s", "disk-share=100")) {
                Command answer = change(other, "retention=1h\n" + refused + "\n");
                assertThat(answer.code()).as(refused).isEqualTo(29);
                assertThat(answer.remark()).contains(refused.substring(0, refused.indexOf('=')));
            }
            assertThat(json(other.call(RequestCode.GET_BROKER_CONFIG, Fields.empty())))
                    .contains("retention=PT24H\n");
        }
    }

    private static Command change(TestClient client, String settings) {
        return client.call(RequestCode.UPDATE_BROKER_CONFIG, Fields.empty(), settings.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void forbidsAGroupToReadATopic() throws Exception {
        client.send("forbidden", "x");
        Fields.Builder who = Fields.builder().put("group", "reader").put("topic", "forbidden");
        Fields asked = who.build();

        assertThat(permission(asked)).isEqualTo(new GroupForbidden("forbidden", "reader", true));
        assertThat(permission(Fields.builder()
                                .putAll(asked)
                                .put("readable", false)
                                .build())
                        .readable())
                .isFalse();
        assertThat(client.pullAll("reader", "forbidden", 0, 0, 0).code()).isEqualTo(16);
        assertThat(client.pullAll("another", "forbidden", 0, 0, 0).code()).isZero();
        assertThat(permission(asked).readable()).isFalse();
        permission(Fields.builder().putAll(asked).put("readable", true).build());
        assertThat(client.pullAll("reader", "forbidden", 0, 0, 0).code()).isZero();
    }

    private GroupForbidden permission(Fields fields) {
        return TestClient.decode(client.call(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, fields), GroupForbidden.class);
    }

    @Test
    void advertisesAnotherAddressInRoutesAndMessageIds() throws Exception {
        BrokerConfig config =
                BrokerConfig.builder().advertisedAddress("10.1.2.3:7777").build();
        try (Broker hidden = Broker.start(config);
                TestClient other = new TestClient(hidden.port())) {
            Command sent = other.send("advertised", "x");

            assertThat(json(other.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "advertised"))))
                    .contains("10.1.2.3:7777");
            OffsetMessageId id = OffsetMessageId.parse(sent.fields().require("msgId"));
            assertThat(id.storeHost().getAddress().getHostAddress()).isEqualTo("10.1.2.3");
            assertThat(id.storeHost().getPort()).isEqualTo(7777);
        }
    }

    @Test
    void takesWritePermissionFromTheTopicsOfUsersAndGivesItBack() throws Exception {
        try (Broker own = Broker.start();
                TestClient other = new TestClient(own.port())) {
            TopicRequests.create(other, "wiped", 1, 6);

            Command wiped = other.call(RequestCode.WIPE_WRITE_PERM_OF_BROKER, Fields.of("brokerName", "ternmq"));
            assertThat(wiped.fields().requireInt("wipeTopicCount")).isEqualTo(1);
            assertThat(other.send("wiped", "x").code()).isEqualTo(16);

            Command added = other.call(RequestCode.ADD_WRITE_PERM_OF_BROKER, Fields.of("brokerName", "ternmq"));
            assertThat(added.fields().requireInt("addTopicCount")).isEqualTo(1);
            assertThat(other.send("wiped", "x").code()).isZero();
        }
    }

    @Test
    void createsNoTopicsBySendingWhereThatIsSwitchedOff() throws Exception {
        try (Broker strict = Broker.start(
                        BrokerConfig.builder().autoCreateTopics(false).build());
                TestClient other = new TestClient(strict.port())) {
            assertThat(other.send("never", "x").code()).isEqualTo(17);
            assertThat(other.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "TBW102"))
                            .code())
                    .isEqualTo(17);
        }
    }

    private static String json(Command answer) {
        assertThat(answer.code()).as(String.valueOf(answer.remark())).isZero();
        return answer.body().toString(StandardCharsets.UTF_8);
    }
}
