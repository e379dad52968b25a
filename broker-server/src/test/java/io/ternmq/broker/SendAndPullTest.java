package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.Language;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending and pulling over a real socket. Each test uses topics of its own. */
class SendAndPullTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient client = broker.connect();

    @ParameterizedTest
    @EnumSource(HeaderFormat.class)
    void deliversASentMessageWithAllItsProperties(HeaderFormat format) throws Exception {
        String topic = "whole-" + format;
        try (TestClient other =
                new TestClient(new Socket(InetAddress.getLoopbackAddress(), broker.port()), format, 409)) {
            Command sent =
                    other.send(topic, 1, "hello", Map.of("TAGS", "a", "KEYS", "k1 k2", "mine", "ü", "UNIQ_KEY", "U1"));

            assertThat(sent.code()).isZero();
            assertThat(sent.format()).isEqualTo(format);
            assertThat(sent.version()).isEqualTo(479);
            assertThat(sent.language()).isEqualTo(Language.JAVA);
            assertThat(sent.fields().get("queueId")).isEqualTo("1");
            assertThat(sent.fields().get("queueOffset")).isEqualTo("0");
            assertThat(sent.fields().get("transactionId")).isEqualTo("U1");
            assertThat(sent.fields().get("MSG_REGION")).isEqualTo("DefaultRegion");
            assertThat(sent.fields().get("TRACE_ON")).isEqualTo("true");

            Command pulled = other.pullAll("g", topic, 1, 0, 0);

            StoredMessage message = TestClient.messages(pulled).get(0);
            assertThat(new String(message.body(), StandardCharsets.UTF_8)).isEqualTo("hello");
            assertThat(message.topic()).isEqualTo(topic);
            assertThat(message.queueId()).isEqualTo(1);
            assertThat(message.flag()).isEqualTo(7);
            assertThat(message.bornTimestamp()).isEqualTo(1_763_637_600_000L);
            assertThat(message.storeHost().getPort()).isEqualTo(broker.port());
            assertThat(MessageProperties.decode(message.properties()))
                    .containsEntry("TAGS", "a")
                    .containsEntry("KEYS", "k1 k2")
                    .containsEntry("mine", "ü")
                    .containsEntry("UNIQ_KEY", "U1")
                    .containsEntry("MSG_REGION", "DefaultRegion")
                    .containsEntry("TRACE_ON", "true")
                    .containsEntry("CLUSTER", "DefaultCluster");
            assertThat(pulled.fields().get("nextBeginOffset")).isEqualTo("1");
            assertThat(pulled.fields().get("minOffset")).isEqualTo("0");
            assertThat(pulled.fields().get("maxOffset")).isEqualTo("1");
            assertThat(pulled.fields().get("suggestWhichBrokerId")).isEqualTo("0");
        }
    }

    @Test
    void keepsAnEmptyPropertyValue() {
        client.send("empty-value", 0, "x", Map.of("KEYS", ""));

        StoredMessage message =
                TestClient.messages(client.pullAll("g", "empty-value", 0, 0, 0)).get(0);
        assertThat(MessageProperties.decode(message.properties())).containsEntry("KEYS", "");
    }

    @Test
    void addsAUniqueKeyWhereTheProducerGaveNone() {
        Command sent = client.send("no-key", "x");

        StoredMessage message =
                TestClient.messages(client.pullAll("g", "no-key", 0, 0, 0)).get(0);
        assertThat(MessageProperties.get(message.properties(), "UNIQ_KEY"))
                .hasSize(32)
                .isEqualTo(sent.fields().get("transactionId"));
    }

    @Test
    void showsAMessageByTheIdItWasAnsweredWith() throws Exception {
        Command sent = client.send("by-id", "find me");

        OffsetMessageId id = OffsetMessageId.parse(sent.fields().require("msgId"));
        Command viewed = client.call(
                RequestCode.VIEW_MESSAGE_BY_ID,
                Fields.builder().put("offset", id.commitLogOffset()).build());

        assertThat(id.storeHost().getPort()).isEqualTo(broker.port());
        assertThat(id.storeHost().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(TestClient.bodies(viewed)).containsExactly("find me");
        assertThat(client.call(
                                RequestCode.VIEW_MESSAGE_BY_ID,
                                Fields.builder()
                                        .put("offset", id.commitLogOffset() + 1)
                                        .build())
                        .code())
                .isEqualTo(1);
    }

    @Test
    void takesTheLongHeaderNamesOfOldClients() {
        Fields fields = Fields.builder()
                .put("producerGroup", "pg")
                .put("topic", "long-names")
                .put("defaultTopic", "TBW102")
                .put("defaultTopicQueueNums", 4)
                .put("queueId", 0)
                .put("sysFlag", 0)
                .put("bornTimestamp", 1)
                .put("flag", 0)
                .put("properties", "TAGS\u0001a")
                .put("reconsumeTimes", 0)
                .build();

        Command sent = client.call(RequestCode.SEND_MESSAGE, fields, new byte[] {'x'});

        assertThat(sent.code()).isZero();
        StoredMessage message =
                TestClient.messages(client.pullAll("g", "long-names", 0, 0, 0)).get(0);
        assertThat(MessageProperties.decode(message.properties()))
                .containsEntry("TAGS", "a")
                .containsEntry("MSG_REGION", "DefaultRegion");
    }

    @Test
    void storesABatchAsSingleMessages() {
        List<BatchBody.Item> items = List.of(
                new BatchBody.Item(1, "one".getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001A\u0002TAGS\u0001t\u0002"),
                new BatchBody.Item(2, "two".getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001B\u0002"));
        SendHeader plain = TestClient.sendHeader("batch", 0, Map.of("UNIQ_KEY", "BATCH"));
        Fields fields = Fields.builder().putAll(plain.encode()).build();

        Command sent = client.call(RequestCode.SEND_BATCH_MESSAGE, fields, BatchBody.encode(items));

        assertThat(sent.code()).isZero();
        String[] ids = String.valueOf(sent.fields().get("msgId")).split(",");
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
        List<StoredMessage> messages = TestClient.messages(client.pullAll("g", "batch", 0, 0, 0));
        assertThat(messages).extracting(StoredMessage::queueOffset).containsExactly(0L, 1L);
        assertThat(messages).extracting(StoredMessage::flag).containsExactly(1, 2);
        assertThat(messages)
                .extracting(message -> MessageProperties.get(message.properties(), "UNIQ_KEY"))
                .containsExactly("A", "B");
    }

    @Test
    void deliversABacklogThatIsNotInMemoryAnyMore() {
        List<BatchBody.Item> items = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            items.add(new BatchBody.Item(i, new byte[] {1}, ""));
        }
        Fields fields = TestClient.sendHeader("backlog", 0, Map.of()).encode();
        for (int i = 0; i < 6; i++) {
            assertThat(client.call(RequestCode.SEND_BATCH_MESSAGE, fields, BatchBody.encode(items))
                            .code())
                    .isZero();
        }

        long next = 0;
        while (next < 6_000) {
            for (StoredMessage message : TestClient.messages(client.pullAll("g", "backlog", 0, next, 0))) {
                assertThat(message.queueOffset()).isEqualTo(next);
                assertThat(message.flag()).isEqualTo((int) next % 1_000);
                next++;
            }
        }
    }

    @Test
    void choosesAQueueWhereTheProducerLeavesItOpen() throws Exception {
        Command sent = client.send("any-queue", -1, "x", Map.of());

        assertThat(sent.fields().requireInt("queueId")).isBetween(0, 3);
    }

    @Test
    void createsATopicByTheTemplateWithTheSmallerNumberOfQueues() throws Exception {
        client.send("created", "x");

        Command config = client.call(RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", "created"));
        assertThat(config.body().toString(StandardCharsets.UTF_8))
                .contains("\"readQueueNums\":4")
                .contains("\"writeQueueNums\":4")
                .contains("\"perm\":6");
    }

    @Test
    void keepsTheOrderOfSendsThatCreateTheirTopic() {
        List<CompletableFuture<Command>> sends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sends.add(client.startSend("order-from-the-start", 0, "m" + i, Map.of()));
        }

        for (int i = 0; i < sends.size(); i++) {
            assertThat(TestClient.join(sends.get(i)).fields().get("queueOffset"))
                    .isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void doesNotCreateATopicFromATopicThatIsNoTemplate() {
        client.send("no-template", "x");
        SendHeader header = new SendHeader("pg", "not-created", "no-template", 4, 0, 0, 1, 0, "", 0, null, false);

        Command refused = client.call(RequestCode.SEND_MESSAGE_V2, header.encode(), new byte[] {1});

        assertThat(refused.code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST.number());
        assertThat(refused.remark()).contains("not-created").contains("no-template");
        assertThat(refused.fields().get("MSG_REGION")).isEqualTo("DefaultRegion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCHEDULE_TOPIC_XXXX",
                "rmq_sys_wheel_timer",
                "RMQ_SYS_TRANS_HALF_TOPIC",
                "RMQ_SYS_TRANS_OP_HALF_TOPIC",
                "TRANS_CHECK_MAX_TIME_TOPIC",
                "SELF_TEST_TOPIC",
                "OFFSET_MOVED_EVENT"
            })
    void refusesToSendToTheBrokersOwnTopics(String topic) {
        assertThat(client.send(topic, "x").code()).isEqualTo(ResponseCode.NO_PERMISSION.number());
    }

    @ParameterizedTest
    @CsvSource({"bad topic, 29", "bad/topic, 29", "'', 29"})
    void refusesIllegalTopicNames(String topic, int code) {
        assertThat(client.send(topic, "x").code()).isEqualTo(code);
    }

    @Test
    void refusesWhatIsTooLargeOrEmpty() {
        client.send("limits", "x");

        assertThat(client.send("limits", "").code()).isEqualTo(13);
        assertThat(client.send("limits", "x".repeat(4 * 1024 * 1024 + 1)).code())
                .isEqualTo(13);
        assertThat(client.send("limits", "x".repeat(4 * 1024 * 1024)).code()).isZero();
        assertThat(client.send("limits", 0, "x", Map.of("p", "v".repeat(32767))).code())
                .isEqualTo(13);
    }

    @Test
    void refusesAQueueThatDoesNotExistOnSendAndPull() {
        client.send("four-queues", "x");

        assertThat(client.send("four-queues", 4, "x", Map.of()).code()).isEqualTo(29);
        assertThat(client.pullAll("g", "four-queues", 4, 0, 0).code()).isEqualTo(29);
        assertThat(client.pullAll("g", "four-queues", -1, 0, 0).code()).isEqualTo(29);
    }

    @Test
    void refusesToSendWithoutWritePermissionAndToPullWithoutReadPermission() {
        TopicRequests.create(client, "read-only", 1, 4);
        TopicRequests.create(client, "write-only", 1, 2);

        assertThat(client.send("read-only", "x").code()).isEqualTo(16);
        assertThat(client.pullAll("g", "write-only", 0, 0, 0).code()).isEqualTo(16);
        assertThat(client.send("write-only", "x").code()).isZero();
    }

    @Test
    void neverAnswersAOnewayRequest() {
        TopicRequests.create(client, "oneway", 1, 6);
        SendHeader header = TestClient.sendHeader("oneway", 0, Map.of());
        client.oneway(RequestCode.SEND_MESSAGE_V2, header.encode(), new byte[] {'x'});
        client.oneway(RequestCode.PULL_MESSAGE, Fields.empty(), new byte[0]);

        assertThat(TestClient.bodies(client.pullAll("g", "oneway", 0, 0, 30_000)))
                .containsExactly("x");
    }

    @Test
    void answersUnknownCodesWithCodeThree() {
        Command answer = TestClient.join(client.start(7777, Fields.empty(), new byte[0]));

        assertThat(answer.code()).isEqualTo(3);
        assertThat(answer.remark()).isEqualTo(" request type 7777 not supported");
    }

    @Test
    void answersAHeaderThatLacksAFieldWithAReason() {
        Command answer = client.call(RequestCode.PULL_MESSAGE, Fields.of("topic", "t"));

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.remark()).contains("consumerGroup");
    }

    @Test
    void tellsWhereTheQueueIsWhenThereIsNothingToPull() throws Exception {
        client.send("positions", "a");
        client.send("positions", "b");

        Command atEnd = client.pullAll("g", "positions", 0, 2, 0);
        Command beyond = client.pullAll("g", "positions", 0, 9, 0);
        Command emptyQueue = client.pullAll("g", "positions", 1, 5, 0);
        Command emptyAtZero = client.pullAll("g", "positions", 1, 0, 0);

        assertThat(atEnd.code()).isEqualTo(19);
        assertThat(atEnd.fields().requireLong("nextBeginOffset")).isEqualTo(2);
        assertThat(beyond.code()).isEqualTo(21);
        assertThat(beyond.fields().requireLong("nextBeginOffset")).isEqualTo(2);
        assertThat(emptyQueue.code()).isEqualTo(21);
        assertThat(emptyQueue.fields().requireLong("nextBeginOffset")).isZero();
        assertThat(emptyAtZero.code()).isEqualTo(19);
        for (Command answer : List.of(atEnd, beyond, emptyQueue, emptyAtZero)) {
            assertThat(answer.fields().get("suggestWhichBrokerId")).isEqualTo("0");
            assertThat(answer.fields().get("minOffset")).isNotNull();
            assertThat(answer.fields().get("maxOffset")).isNotNull();
        }
    }

    @Test
    void wakesAWaitingPullWhenAMessageArrives() {
        TopicRequests.create(client, "wake", 1, 6);
        client.heartbeat("c1", "wake-group", SubscriptionData.ofTags("wake", "*", 1));
        CompletableFuture<Command> waiting = client.startPull("wake-group", "wake", 0, 0, 30_000, 1);

        client.send("wake", "now");

        assertThat(TestClient.bodies(TestClient.join(waiting))).containsExactly("now");
    }

    @Test
    void letsAWaitingPullSleepOverMessagesOfOtherTags() {
        TopicRequests.create(client, "tags", 1, 6);
        client.heartbeat("c1", "tag-group", SubscriptionData.ofTags("tags", "a || b", 1));
        CompletableFuture<Command> waiting = client.startPull("tag-group", "tags", 0, 0, 30_000, 1);

        client.send("tags", 0, "other", Map.of("TAGS", "c"));
        client.send("tags", 0, "none", Map.of());
        client.send("tags", 0, "mine", Map.of("TAGS", "b"));

        Command answer = TestClient.join(waiting);
        assertThat(TestClient.bodies(answer)).containsExactly("mine");
        assertThat(answer.fields().get("nextBeginOffset")).isEqualTo("3");
    }

    @Test
    void answersTwentyAtOnceWhenAllWasFilteredOut() {
        TopicRequests.create(client, "all-filtered", 1, 6);
        client.heartbeat("c1", "filter-group", SubscriptionData.ofTags("all-filtered", "a", 1));
        client.send("all-filtered", 0, "x", Map.of("TAGS", "z"));

        Command answer = TestClient.join(client.startPull("filter-group", "all-filtered", 0, 0, 30_000, 1));

        assertThat(answer.code()).isEqualTo(20);
        assertThat(answer.fields().get("nextBeginOffset")).isEqualTo("1");
    }

    @Test
    void answersAWaitingPullAtItsDeadline() {
        TopicRequests.create(client, "deadline", 1, 6);

        Command answer = client.pullAll("g", "deadline", 0, 0, 50);

        assertThat(answer.code()).isEqualTo(19);
    }

    @Test
    void asksForAHeartbeatBeforeItServesASubscription() {
        client.send("unsubscribed", "x");

        assertThat(client.pull("nobody", "unsubscribed", 0, 0).code()).isEqualTo(24);

        client.heartbeat("c1", "nobody", SubscriptionData.ofTags("other", "*", 1));
        assertThat(client.pull("nobody", "unsubscribed", 0, 0).code()).isEqualTo(24);
    }

    @Test
    void servesWithoutFilterWhileANewerSubscriptionIsOnItsWay() {
        client.send("newer", 0, "x", Map.of("TAGS", "b"));
        client.heartbeat("c1", "newer-group", SubscriptionData.ofTags("newer", "a", 1));

        Command sameVersion = TestClient.join(client.startPull("newer-group", "newer", 0, 0, 0, 1));
        Command newerVersion = TestClient.join(client.startPull("newer-group", "newer", 0, 0, 0, 2));

        assertThat(sameVersion.code()).isEqualTo(20);
        assertThat(TestClient.bodies(newerVersion)).containsExactly("x");
    }

    @Test
    void servesLitePullsLikePulls() {
        client.send("lite", "x");
        PullHeader header = new PullHeader(
                "g", "lite", 0, 0, 32, PullHeader.SUBSCRIPTION | PullHeader.LITE_PULL, 0, 0, 0, "*", "TAG", -1);

        Command answer =
                TestClient.join(client.start(RequestCode.LITE_PULL_MESSAGE.number(), header.encode(), new byte[0]));

        assertThat(TestClient.bodies(answer)).containsExactly("x");
    }

    @Test
    void refusesToPullFromATopicThatDoesNotExist() {
        assertThat(client.pullAll("g", "nowhere", 0, 0, 0).code()).isEqualTo(17);
    }

    @Test
    void honoursTheNumberAndTheBytesThatAreWanted() {
        for (int i = 0; i < 5; i++) {
            client.send("wanted", "m" + i);
        }
        PullHeader two = new PullHeader("g", "wanted", 0, 0, 2, PullHeader.SUBSCRIPTION, 0, 0, 0, "*", "TAG", -1);
        PullHeader fewBytes = new PullHeader("g", "wanted", 0, 0, 32, PullHeader.SUBSCRIPTION, 0, 0, 0, "*", "TAG", 1);

        assertThat(TestClient.bodies(TestClient.join(client.startPull(two)))).containsExactly("m0", "m1");
        assertThat(TestClient.bodies(TestClient.join(client.startPull(fewBytes))))
                .containsExactly("m0");
    }
}
