package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.CheckClientRequest;
import io.ternmq.protocol.body.ConsumerIdList;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.LockRequest;
import io.ternmq.protocol.body.LockResult;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SearchOffsetHeader;
import io.ternmq.protocol.header.UnregisterHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members, locks and offsets of groups over real sockets. Each test uses groups of its own. */
class GroupsTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient first = broker.connect();
    private final TestClient second = broker.connect();

    @Test
    void tellsTheMembersWhenOneJoins() {
        first.heartbeat("c1", "join", SubscriptionData.ofTags("t", "*", 1));
        assertThat(first.pushed().code()).isEqualTo(40);

        second.heartbeat("c2", "join", SubscriptionData.ofTags("t", "*", 1));

        Command told = first.pushed();
        assertThat(told.code()).isEqualTo(40);
        assertThat(told.isOneway()).isTrue();
        assertThat(told.fields().get("consumerGroup")).isEqualTo("join");
        assertThat(members("join")).isEqualTo("[c1, c2]");
    }

    @Test
    void tellsTheOthersAtOnceWhenAConnectionCloses() throws IOException {
        first.heartbeat("c1", "close", SubscriptionData.ofTags("t", "*", 1));
        second.heartbeat("c2", "close", SubscriptionData.ofTags("t", "*", 1));
        first.pushed();
        first.pushed();

        second.close();

        assertThat(first.pushed().code()).isEqualTo(40);
        assertThat(members("close")).isEqualTo("[c1]");
    }

    @Test
    void tellsTheOthersWhenOneLeaves() {
        first.heartbeat("c1", "leave", SubscriptionData.ofTags("t", "*", 1));
        second.heartbeat("c2", "leave", SubscriptionData.ofTags("t", "*", 1));
        first.pushed();
        first.pushed();

        Command left = second.call(RequestCode.UNREGISTER_CLIENT, new UnregisterHeader("c2", "pg", "leave").encode());

        assertThat(left.code()).isZero();
        assertThat(first.pushed().code()).isEqualTo(40);
        assertThat(members("leave")).isEqualTo("[c1]");
    }

    @Test
    void tellsTheMembersWhenTopicsChangeButNotWhenOnlyAVersionDoes() {
        first.heartbeat("c1", "topics", SubscriptionData.ofTags("t", "*", 1));
        first.pushed();

        first.heartbeat("c1", "topics", SubscriptionData.ofTags("t", "*", 2));
        assertThat(first.pushedCount()).isZero();
        first.heartbeat("c1", "topics", SubscriptionData.ofTags("t", "*", 2), SubscriptionData.ofTags("u", "*", 2));

        assertThat(first.pushed().code()).isEqualTo(40);
    }

    @Test
    void tellsBroadcastingMembersNothing() {
        first.heartbeat("c1", "broadcast", "BROADCASTING", SubscriptionData.ofTags("t", "*", 1));
        second.heartbeat("c2", "broadcast", "BROADCASTING", SubscriptionData.ofTags("t", "*", 1));

        assertThat(members("broadcast")).isEqualTo("[c1, c2]");
        assertThat(first.pushedCount()).isZero();
    }

    @Test
    void answersOneWhenAGroupHasNoMembers() {
        Command answer =
                first.call(RequestCode.GET_CONSUMER_LIST_BY_GROUP, Fields.of("consumerGroup", "nobody-is-here"));

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.remark()).contains("nobody-is-here");
    }

    @Test
    void createsTheRetryTopicWithTheFirstHeartbeatAndOffersNoShortHeartbeats() {
        Command beat = first.heartbeat("c1", "retrying", SubscriptionData.ofTags("t", "*", 1));

        assertThat(beat.fields().get("IS_SUPPORT_HEART_BEAT_V2")).isNull();
        assertThat(first.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "%RETRY%retrying"))
                        .code())
                .isZero();
    }

    @Test
    void takesAHeartbeatThatLeavesOutWhatOldClientsLeaveOut() {
        String json = "{\"clientID\":\"old\",consumerDataSet:[{\"groupName\":\"old-group\",\"consumeType\":null,"
                + "\"subscriptionDataSet\":[{\"topic\":\"t\",\"subString\":\"*\",\"properties\":{}}]}]}";

        Command beat = first.call(RequestCode.HEART_BEAT, Fields.empty(), json.getBytes(StandardCharsets.UTF_8));

        assertThat(beat.code()).isZero();
        assertThat(members("old-group")).isEqualTo("[old]");
    }

    @Test
    void asksForAFullHeartbeatWhenAShortOneComesFromSomebodyUnknown() {
        String json = "{\"clientID\":\"c\",\"heartbeatFingerprint\":5,\"withoutSub\":true,\"consumerDataSet\":"
                + "[{\"groupName\":\"short\",\"subscriptionDataSet\":[]}]}";

        Command beat = first.call(RequestCode.HEART_BEAT, Fields.empty(), json.getBytes(StandardCharsets.UTF_8));

        assertThat(beat.fields().get("IS_SUB_CHANGE")).isEqualTo("true");
    }

    @Test
    void answersABodyThatIsNoHeartbeatWithAReason() {
        Command answer = first.call(RequestCode.HEART_BEAT, Fields.empty(), new byte[] {'{', '"'});

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.remark()).contains(HeartbeatData.class.getSimpleName());
    }

    @Test
    void locksAQueueForOneClientAtATime() {
        MessageQueue queue = new MessageQueue("t", "ternmq", 0);
        MessageQueue other = new MessageQueue("t", "ternmq", 1);

        assertThat(lock(first, "ordered", "c1", queue)).containsExactly(queue);
        assertThat(lock(second, "ordered", "c2", queue, other)).containsExactly(other);
        assertThat(lock(first, "ordered", "c1", queue)).containsExactly(queue);

        second.call(RequestCode.UNLOCK_BATCH_MQ, Fields.empty(), body("ordered", "c2", queue));
        assertThat(lock(second, "ordered", "c2", queue)).isEmpty();
        first.call(RequestCode.UNLOCK_BATCH_MQ, Fields.empty(), body("ordered", "c1", queue));
        assertThat(lock(second, "ordered", "c2", queue)).containsExactly(queue);
    }

    @Test
    void checksSubscriptionsBeforeAConsumerStarts() {
        CheckClientRequest tags = new CheckClientRequest("c", "g", SubscriptionData.ofTags("t", "a", 1), null);
        SubscriptionData broken = new SubscriptionData("t", "a >", Set.of(), Set.of(), 1, "SQL92", false);

        assertThat(check(tags).code()).isZero();
        assertThat(check(new CheckClientRequest("c", "g", broken, null)).code()).isEqualTo(23);
    }

    @Test
    void tellsBothSidesThatTheySubscribeDifferently() {
        Command alone = first.heartbeat("c1", "quarrel", SubscriptionData.ofTags("t", "a", 1));
        Command joining = second.heartbeat("c2", "quarrel", SubscriptionData.ofTags("t", "b || a", 2));
        Command again = first.heartbeat("c1", "quarrel", SubscriptionData.ofTags("t", "a", 1));
        String figures = figures();
        Command agreeing = first.heartbeat("c1", "quarrel", SubscriptionData.ofTags("t", "a||b", 3));

        String conflict = "group=quarrel, c1 -> [t: a], c2 -> [t: a || b]";
        assertThat(alone.fields().get("subscriptionConflict")).isNull();
        assertThat(joining.fields().get("subscriptionConflict")).isEqualTo(conflict);
        assertThat(again.fields().get("subscriptionConflict")).isEqualTo(conflict);
        assertThat(agreeing.fields().get("subscriptionConflict")).isNull();
        assertThat(figures)
                .contains("\"groupsInSubscriptionConflict\":\"1\"")
                .contains("\"subscriptionConflicts\":\"1\"");
        assertThat(figures())
                .contains("\"groupsInSubscriptionConflict\":\"0\"")
                .contains("\"subscriptionConflicts\":\"1\"");
    }

    private String figures() {
        return first.call(RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty())
                .body()
                .toString(StandardCharsets.UTF_8);
    }

    @Test
    void startsANewGroupOnAYoungQueueAtZeroUnlessItAsksNotTo() throws CommandException {
        first.send("young", "x");
        QueryOffsetHeader query = new QueryOffsetHeader("new-group", "young", 0, true);

        Command zero = first.call(RequestCode.QUERY_CONSUMER_OFFSET, query.encode());
        Command notFound = first.call(
                RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader("new-group", "young", 0, false).encode());

        assertThat(zero.fields().requireLong("offset")).isZero();
        assertThat(notFound.code()).isEqualTo(22);
    }

    @Test
    void keepsCommittedOffsetsAlsoBackwards() throws CommandException {
        first.send("commit", "x");
        first.send("commit", "y");

        commit("commit-group", "commit", 2);
        assertThat(committed("commit-group", "commit")).isEqualTo(2);
        commit("commit-group", "commit", 1);
        assertThat(committed("commit-group", "commit")).isEqualTo(1);
        assertThat(first.call(
                                RequestCode.UPDATE_CONSUMER_OFFSET,
                                new UpdateOffsetHeader("commit-group", "no-such-topic", 0, 1).encode())
                        .code())
                .isEqualTo(17);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "0, -1", "99, 0", "-1, 0"})
    void refusesOffsetsThatAreNoneOfTheQueue(int queue, long offset) {
        first.send("bounds", "x");

        Command answer = first.call(
                RequestCode.UPDATE_CONSUMER_OFFSET,
                new UpdateOffsetHeader("bounds-group", "bounds", queue, offset).encode());

        assertThat(answer.code()).isEqualTo(29);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 100})
    void takesNoOffsetFromAPullThatIsNoneOfTheQueue(long offset) {
        first.send("ride-far", "x");
        int flags = PullHeader.COMMIT_OFFSET | PullHeader.SUBSCRIPTION;

        TestClient.join(first.startPull(
                new PullHeader("ride-far-group", "ride-far", 0, 1, 32, flags, offset, 0, 0, "*", PullHeader.TAG, -1)));

        assertThat(first.call(
                                RequestCode.QUERY_CONSUMER_OFFSET,
                                new QueryOffsetHeader("ride-far-group", "ride-far", 0, false).encode())
                        .code())
                .isEqualTo(22);
    }

    @Test
    void commitsAnOffsetThatRidesOnAPull() throws CommandException {
        first.send("ride", "x");
        int flags = PullHeader.COMMIT_OFFSET | PullHeader.SUBSCRIPTION;

        TestClient.join(first.startPull(
                new PullHeader("ride-group", "ride", 0, 1, 32, flags, 1, 0, 0, "*", PullHeader.TAG, -1)));

        assertThat(committed("ride-group", "ride")).isEqualTo(1);
    }

    @Test
    void findsOffsetsByTimeAndTheEndsOfAQueue() throws CommandException {
        long before = System.currentTimeMillis();
        first.send("ends", "a");
        first.send("ends", "b");
        QueueHeader queue = new QueueHeader("ends", 0);

        assertThat(offset(RequestCode.GET_MIN_OFFSET, queue.encode())).isZero();
        assertThat(offset(RequestCode.GET_MAX_OFFSET, queue.encode())).isEqualTo(2);
        assertThat(offset(
                        RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
                        new SearchOffsetHeader("ends", 0, before, false).encode()))
                .isZero();
        assertThat(offset(
                        RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
                        new SearchOffsetHeader("ends", 0, before + 1_000_000, false).encode()))
                .isEqualTo(2);
        assertThat(offset(
                        RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
                        new SearchOffsetHeader("ends", 0, before + 1_000_000, true).encode()))
                .isEqualTo(1);
        Command earliest = first.call(RequestCode.GET_EARLIEST_MSG_STORETIME, queue.encode());
        assertThat(earliest.fields().requireLong("timestamp")).isGreaterThanOrEqualTo(before);
        assertThat(first.call(RequestCode.GET_MAX_OFFSET, new QueueHeader("ends", 99).encode())
                        .code())
                .isEqualTo(29);
    }

    @Test
    void keepsGroupsThatMayNotConsumeFromDoingSo() {
        first.send("forbidden", "x");
        GroupConfig off =
                new GroupConfig("switched-off", false, true, true, false, 1, 16, 0, 1, true, 0, 15, Map.of(), null);
        first.call(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, Fields.empty(), JsonBodies.encode(off));

        assertThat(first.pullAll("switched-off", "forbidden", 0, 0, 0).code()).isEqualTo(16);
    }

    @Test
    void waitsForNobodyWhoHasGone() throws IOException {
        first.send("gone", "x");
        var unanswered = second.startPull(new PullHeader(
                "gone-group",
                "gone",
                0,
                1,
                32,
                PullHeader.SUBSCRIPTION | PullHeader.SUSPEND,
                0,
                30_000,
                0,
                "*",
                "TAG",
                -1));
        second.close();
        await().until(unanswered::isCompletedExceptionally);

        first.send("gone", "y");

        await().untilAsserted(() -> assertThat(TestClient.bodies(first.pullAll("gone-group", "gone", 0, 1, 0)))
                .containsExactly("y"));
    }

    private String members(String group) {
        Command answer = first.call(RequestCode.GET_CONSUMER_LIST_BY_GROUP, Fields.of("consumerGroup", group));
        return TestClient.decode(answer, ConsumerIdList.class).consumerIdList().toString();
    }

    private Command check(CheckClientRequest check) {
        return first.call(RequestCode.CHECK_CLIENT_CONFIG, Fields.empty(), JsonBodies.encode(check));
    }

    private void commit(String group, String topic, long offset) {
        assertThat(first.call(
                                RequestCode.UPDATE_CONSUMER_OFFSET,
                                new UpdateOffsetHeader(group, topic, 0, offset).encode())
                        .code())
                .isZero();
    }

    private long committed(String group, String topic) throws CommandException {
        return offset(RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader(group, topic, 0, false).encode());
    }

    private long offset(RequestCode code, Fields fields) throws CommandException {
        return first.call(code, fields).fields().requireLong("offset");
    }

    private static Set<MessageQueue> lock(TestClient client, String group, String id, MessageQueue... queues) {
        Command answer = client.call(RequestCode.LOCK_BATCH_MQ, Fields.empty(), body(group, id, queues));
        return TestClient.decode(answer, LockResult.class).locked();
    }

    private static byte[] body(String group, String id, MessageQueue... queues) {
        return ByteBufUtil.getBytes(JsonBodies.encode(new LockRequest(group, id, false, Set.of(queues))));
    }
}
