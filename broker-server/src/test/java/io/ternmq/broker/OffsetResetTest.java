package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueOffsets;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UnregisterHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator puts groups somewhere else, online and offline, over real sockets. */
class OffsetResetTest {
    private static final String TOPIC = "orders";
    private static final String GROUP = "group";
    private static final long TO_THE_END = -1;

    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        broker = Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
        client = new TestClient(broker.port());
        TopicRequests.create(client, TOPIC, 2, 6);
        for (int i = 0; i < 5; i++) {
            client.send(TOPIC, 0, "message " + i, Map.of());
            awaitNextMillisecond();
        }
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        broker.close();
    }

    @Test
    void putsAGroupThatIsOfflineBackToATimeAndKeepsItThroughARestart() throws Exception {
        commit(GROUP, 5);
        long thirdStored = storeTimeOf(3);

        QueueOffsets reset = reset(thirdStored, true);

        long target = reset.offsetTable().get(new MessageQueue(TOPIC, "ternmq", 0));
        assertThat(target).isBetween(1L, 3L);
        assertThat(reset.offsetTable()).containsEntry(new MessageQueue(TOPIC, "ternmq", 1), 0L);
        assertThat(committed(GROUP)).isEqualTo(target);
        Path directory = broker.dataDirectory();
        client.close();
        broker.close();
        broker = Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
        client = new TestClient(broker.port());
        assertThat(committed(GROUP)).isEqualTo(target);
        commit(GROUP, 4);
        assertThat(committed(GROUP)).isEqualTo(4);
    }

    @Test
    void tellsAGroupThatIsOnlineWithItsNextPullAndIgnoresWhatItCommitsUntilThen() throws Exception {
        client.heartbeat("id", GROUP, SubscriptionData.ofTags(TOPIC, "*", 1));
        commit(GROUP, 5);

        reset(0, true);
        commit(GROUP, 5);

        assertThat(committed(GROUP)).isZero();
        Command told = pull(5, 5, 0);
        assertThat(told.code()).isEqualTo(21);
        assertThat(told.fields().requireLong("nextBeginOffset")).isZero();
        assertThat(committed(GROUP)).isZero();
        assertThat(TestClient.bodies(pull(0, -1, 0))).hasSize(5);
        commit(GROUP, 2);
        assertThat(committed(GROUP)).isEqualTo(2);
    }

    @Test
    void wakesAPullThatWaits() throws Exception {
        client.heartbeat("id", GROUP, SubscriptionData.ofTags(TOPIC, "*", 1));
        CompletableFuture<Command> waiting = startPull(5, -1, 30_000);
        // Answered behind the pull on the same thread, so the pull waits now.
        commit(GROUP, 5);

        reset(0, true);

        Command told = TestClient.join(waiting);
        assertThat(told.code()).isEqualTo(21);
        assertThat(told.fields().requireLong("nextBeginOffset")).isZero();
    }

    @Test
    void forgetsToTellAGroupThatHasGone() throws Exception {
        try (TestClient consumer = new TestClient(broker.port())) {
            consumer.heartbeat("id", GROUP, SubscriptionData.ofTags(TOPIC, "*", 1));
            reset(0, true);
        }
        await().untilAsserted(() -> {
            commit(GROUP, 3);
            assertThat(committed(GROUP)).isEqualTo(3);
        });
    }

    @Test
    void resetsAGroupAgainThatHasGoneBeforeItWasTold() throws Exception {
        try (TestClient consumer = new TestClient(broker.port())) {
            consumer.heartbeat("id", GROUP, SubscriptionData.ofTags(TOPIC, "*", 1));
            reset(0, true);
            consumer.call(RequestCode.UNREGISTER_CLIENT, new UnregisterHeader("id", null, GROUP).encode());
        }

        reset(TO_THE_END, true);

        assertThat(committed(GROUP)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"true, 5", "false, 2"})
    void goesForwardOnlyIfThatIsForced(boolean force, long expected) throws Exception {
        commit(GROUP, 2);

        QueueOffsets reset = reset(TO_THE_END, force);

        assertThat(reset.offsetTable()).containsEntry(new MessageQueue(TOPIC, "ternmq", 0), expected);
        assertThat(committed(GROUP)).isEqualTo(expected);
    }

    @Test
    void putsOneQueueToAnOffset() throws Exception {
        Fields.Builder fields = Fields.builder()
                .put("topic", TOPIC)
                .put("group", GROUP)
                .put("queueId", 0)
                .put("timestamp", 0)
                .put("isForce", true);

        assertThat(client.call(
                                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                                Fields.builder()
                                        .putAll(fields.build())
                                        .put("offset", 3)
                                        .build())
                        .code())
                .isZero();
        assertThat(committed(GROUP)).isEqualTo(3);
        assertThat(client.call(
                                RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                                Fields.builder()
                                        .putAll(resetFields(0, true, 0))
                                        .put("offset", 6)
                                        .build())
                        .code())
                .isEqualTo(29);
        assertThat(client.call(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, resetFields(0, true, 2))
                        .code())
                .isEqualTo(29);
    }

    @Test
    void refusesWhatCannotBeReset() throws Exception {
        client.heartbeat("id", "broadcast", "BROADCASTING", SubscriptionData.ofTags(TOPIC, "*", 1));

        assertThat(resetCode("broadcast", TOPIC)).isEqualTo(1);
        assertThat(resetCode(GROUP, "not-there")).isEqualTo(17);
        assertThat(resetCode("not a group", TOPIC)).isEqualTo(26);
    }

    @Test
    void putsAGroupWhereAnotherIs() throws Exception {
        commit("source", 3);
        Fields fields = Fields.builder()
                .put("srcGroup", "source")
                .put("destGroup", "target")
                .put("topic", TOPIC)
                .build();

        assertThat(client.call(RequestCode.CLONE_GROUP_OFFSET, fields).code()).isZero();
        assertThat(committed("target")).isEqualTo(3);
        assertThat(client.call(
                                RequestCode.CLONE_GROUP_OFFSET,
                                Fields.builder()
                                        .put("srcGroup", "source-all")
                                        .put("destGroup", "target")
                                        .build())
                        .remark())
                .contains("source-all");
        client.call(
                RequestCode.CLONE_GROUP_OFFSET,
                Fields.builder()
                        .put("srcGroup", "source")
                        .put("destGroup", "all")
                        .build());
        assertThat(committed("all")).isEqualTo(3);
    }

    private int resetCode(String group, String topic) {
        return client.call(
                        RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
                        Fields.builder()
                                .put("topic", topic)
                                .put("group", group)
                                .put("timestamp", 0)
                                .put("isForce", true)
                                .build())
                .code();
    }

    private static Fields resetFields(long timestamp, boolean force, int queue) {
        return Fields.builder()
                .put("topic", TOPIC)
                .put("group", GROUP)
                .put("queueId", queue)
                .put("timestamp", timestamp)
                .put("isForce", force)
                .build();
    }

    private QueueOffsets reset(long timestamp, boolean force) {
        Command answer = client.call(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, resetFields(timestamp, force, -1));
        assertThat(answer.code()).as(String.valueOf(answer.remark())).isZero();
        return TestClient.decode(answer, QueueOffsets.class);
    }

    /** Of messages that are stored in one millisecond, a time cannot tell one from the other. */
    private static void awaitNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    private long storeTimeOf(long offset) {
        return TestClient.messages(client.pullAll("reader", TOPIC, 0, offset, 0))
                .get(0)
                .storeTimestamp();
    }

    private Command pull(long offset, long commit, long waitMillis) {
        return TestClient.join(startPull(offset, commit, waitMillis));
    }

    private CompletableFuture<Command> startPull(long offset, long commit, long waitMillis) {
        int flags = (waitMillis > 0 ? PullHeader.SUSPEND : 0) | (commit >= 0 ? PullHeader.COMMIT_OFFSET : 0);
        return client.startPull(new PullHeader(
                GROUP, TOPIC, 0, offset, 32, flags, Math.max(0, commit), waitMillis, 1, null, PullHeader.TAG, -1));
    }

    private void commit(String group, long offset) {
        assertThat(client.call(
                                RequestCode.UPDATE_CONSUMER_OFFSET,
                                new UpdateOffsetHeader(group, TOPIC, 0, offset).encode())
                        .code())
                .isZero();
    }

    private long committed(String group) throws Exception {
        return client.call(RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader(group, TOPIC, 0, false).encode())
                .fields()
                .requireLong("offset");
    }
}
