package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.CheckClientRequest;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PullHeader;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQL92 filters over real sockets. Each test uses topics of its own. */
class FilterTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient client = broker.connect();

    @Test
    void deliversWhatTheRegisteredExpressionWants() {
        client.heartbeat("c1", "sql-group", sql("sql", "price > 10 AND region IN ('hz', 'bj')", 1));
        client.send("sql", 0, "cheap", Map.of("price", "9", "region", "hz"));
        client.send("sql", 0, "wanted", Map.of("price", "11", "region", "bj"));
        client.send("sql", 0, "elsewhere", Map.of("price", "11", "region", "sz"));
        client.send("sql", 0, "bare", Map.of());

        Command answer = pull("sql-group", "sql", 0, 0, 1);

        assertThat(TestClient.bodies(answer)).containsExactly("wanted");
        assertThat(answer.fields().get("nextBeginOffset")).isEqualTo("4");
    }

    @Test
    void deliversWhatTheExpressionOfThePullWants() {
        client.send("own", 0, "x", Map.of("a", "1"));
        client.send("own", 0, "y", Map.of("a", "2"));

        Command answer = TestClient.join(client.startPull(pullHeader("g", "own", "a = 2", 0)));

        assertThat(TestClient.bodies(answer)).containsExactly("y");
    }

    @Test
    void wakesAWaitingPullByAMessageThatMatchesOnly() {
        TopicRequests.create(client, "held", 1, 6);
        client.heartbeat("c1", "held-group", sql("held", "a = 1", 1));
        CompletableFuture<Command> waiting = startPull("held-group", "held", 0, 30_000, 1);

        for (int i = 0; i < 20; i++) {
            client.send("held", 0, "other" + i, Map.of("a", "2"));
        }
        client.send("held", 0, "mine", Map.of("a", "1"));

        Command answer = TestClient.join(waiting);
        assertThat(TestClient.bodies(answer)).containsExactly("mine");
        assertThat(answer.fields().get("nextBeginOffset")).isEqualTo("21");
    }

    @Test
    void tellsAtTheDeadlineHowFarItHasLookedInVain() {
        client.heartbeat("c1", "vain-group", sql("vain", "a = 1", 1));
        Command answer;
        long wait = 100;
        boolean sentInTime;
        do {
            wait *= 3;
            client.call(RequestCode.DELETE_TOPIC_IN_BROKER, Fields.of("topic", "vain"));
            TopicRequests.create(client, "vain", 1, 6);
            long began = System.nanoTime();
            CompletableFuture<Command> waiting = startPull("vain-group", "vain", 0, wait, 1);
            client.send("vain", 0, "other", Map.of("a", "2"));
            sentInTime = System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(wait);
            answer = TestClient.join(waiting);
        } while (!sentInTime);

        assertThat(answer.code()).isIn(19, 20);
        assertThat(answer.fields().get("nextBeginOffset")).isEqualTo("1");
    }

    @Test
    void tellsAParseErrorByCodeAndPosition() {
        client.send("broken", "x");
        client.heartbeat("c1", "broken-group", sql("broken", "a > > 1", 1));
        CheckClientRequest check = new CheckClientRequest("c1", "broken-group", sql("broken", "a > > 1", 1), null);

        for (Command answer : new Command[] {
            client.call(RequestCode.CHECK_CLIENT_CONFIG, Fields.empty(), JsonBodies.encode(check)),
            pull("broken-group", "broken", 0, 0, 1),
            TestClient.join(client.startPull(pullHeader("g", "broken", "a > > 1", 0)))
        }) {
            assertThat(answer.code()).isEqualTo(23);
            assertThat(answer.remark())
                    .contains("position=5")
                    .contains("found=>")
                    .contains("topic=broken");
        }
    }

    @Test
    void refusesKindsOfExpressionsThatItDoesNotKnow() {
        client.send("unknown", "x");
        PullHeader header =
                new PullHeader("g", "unknown", 0, 0, 32, PullHeader.SUBSCRIPTION, 0, 0, 0, "a ~ b", "REGEX", -1);

        Command answer = TestClient.join(client.startPull(header));

        assertThat(answer.code()).isEqualTo(23);
        assertThat(answer.remark()).contains("expressionType=REGEX").contains("TAG or SQL92");
    }

    @Test
    void acceptsAnExpressionThatItCanRead() {
        CheckClientRequest check = new CheckClientRequest("c1", "g", sql("t", "a IS NULL", 1), null);

        assertThat(client.call(RequestCode.CHECK_CLIENT_CONFIG, Fields.empty(), JsonBodies.encode(check))
                        .code())
                .isZero();
    }

    @Test
    void waitsForTheHeartbeatWithANewerExpression() {
        client.send("newer-sql", 0, "x", Map.of("a", "1"));
        client.heartbeat("c1", "newer-sql-group", sql("newer-sql", "a = 1", 1));

        Command early = pull("newer-sql-group", "newer-sql", 0, 0, 2);
        client.heartbeat("c1", "newer-sql-group", sql("newer-sql", "a = 2", 2));
        Command late = pull("newer-sql-group", "newer-sql", 0, 0, 2);

        assertThat(early.code()).isEqualTo(25);
        assertThat(early.remark()).contains("wanted=2").contains("known=1");
        assertThat(late.code()).isEqualTo(20);
    }

    @Test
    void letsTheLastSubscriptionToATopicCount() {
        client.send("last", 0, "x", Map.of("a", "1"));
        client.heartbeat("c1", "last-group", sql("last", "a = 2", 1));
        assertThat(pull("last-group", "last", 0, 0, 1).code()).isEqualTo(20);

        client.heartbeat("c1", "last-group", SubscriptionData.ofTags("last", "*", 2));

        assertThat(TestClient.bodies(pull("last-group", "last", 0, 0, 2))).containsExactly("x");
    }

    @Test
    void deliversRetriesWhateverTheExpressionSays() {
        String retry = "%RETRY%retry-group";
        client.heartbeat("c1", "retry-group", sql("any", "a = 1", 1), sql(retry, "a = 1", 1));
        client.send(retry, 0, "again", Map.of());

        assertThat(TestClient.bodies(pull("retry-group", retry, 0, 0, 1))).containsExactly("again");
    }

    private Command pull(String group, String topic, int queue, long wait, long version) {
        return TestClient.join(startPull(group, topic, queue, wait, version));
    }

    private CompletableFuture<Command> startPull(String group, String topic, int queue, long wait, long version) {
        int flags = wait > 0 ? PullHeader.SUSPEND : 0;
        return client.startPull(new PullHeader(group, topic, queue, 0, 32, flags, 0, wait, version, null, "SQL92", -1));
    }

    private static PullHeader pullHeader(String group, String topic, String expression, long wait) {
        return new PullHeader(group, topic, 0, 0, 32, PullHeader.SUBSCRIPTION, 0, wait, 0, expression, "SQL92", -1);
    }

    private static SubscriptionData sql(String topic, String expression, long version) {
        return new SubscriptionData(topic, expression, Set.of(), Set.of(), version, "SQL92", false);
    }
}
