package io.ternmq.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Language;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsumersTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<Integer> notifications = new ArrayList<>();
    private final Consumers consumers = new Consumers(now::get, (group, members) -> notifications.add(members.size()));
    private final FakeConnection first = new FakeConnection();
    private FakeConnection second = new FakeConnection();

    @Test
    void dropsAMemberThatHasBeenSilentForTwoMinutesAndTellsTheOthers() {
        beat(first, "a");
        beat(second, "b");
        now.addAndGet(119_000);
        beat(second, "b");
        consumers.expire();
        assertThat(connections()).containsExactlyInAnyOrder(first, second);
        notifications.clear();

        now.addAndGet(2_000);
        consumers.expire();

        assertThat(connections()).containsExactly(second);
        assertThat(notifications).containsExactly(1);
    }

    @Test
    void tellsTheGroupsThatSubscribeToATopicOfItsNewQueues() {
        beat(first, "a");
        beat(second, "b");
        notifications.clear();

        consumers.queuesChanged("nobody's");
        assertThat(notifications).isEmpty();
        consumers.queuesChanged("t");

        assertThat(notifications).containsExactly(2);
    }

    @Test
    void ignoresTheLateHeartbeatOfAClosedConnection() {
        beat(first, "a");
        beat(second, "b");
        first.close();

        beat(first, "a");

        assertThat(connections()).containsExactly(second);
    }

    @Test
    void forgetsAGroupWithItsLastMember() {
        beat(first, "a");

        first.close();

        assertThat(consumers.find("g")).isNull();
    }

    @Test
    void showsAConflictUntilTheMembersAgreeAndCountsItOnce() {
        beat(first, "a", SubscriptionData.ofTags("t", "x", 1));
        assertThat(conflict()).isNull();

        beat(second, "b", SubscriptionData.ofTags("t", "*", 1));
        for (int i = 0; i < 3; i++) {
            beat(first, "a", SubscriptionData.ofTags("t", "x", 1));
            beat(second, "b", SubscriptionData.ofTags("t", "*", 1));
        }

        assertThat(conflict()).isEqualTo(new SubscriptionConflict(Map.of("t: x", List.of("a"), "t: *", List.of("b"))));
        assertThat(consumers.conflictCount()).isEqualTo(1);

        beat(second, "b", SubscriptionData.ofTags("t", " x ", 2));
        assertThat(conflict()).isNull();
    }

    @Test
    void endsAConflictWhenTheOneWhoDiffersLeaves() {
        beat(first, "a", SubscriptionData.ofTags("t", "x", 1));
        beat(second, "b", SubscriptionData.ofTags("u", "x", 1));
        assertThat(conflict()).isNotNull();

        second.close();

        assertThat(conflict()).isNull();
        second = new FakeConnection();
        beat(second, "b", SubscriptionData.ofTags("u", "x", 1));
        assertThat(consumers.conflictCount()).isEqualTo(2);
    }

    @Test
    void tellsSqlFromTagsAndOneSqlFromAnother() {
        beat(first, "a", sql("x = 1"));
        beat(second, "b", sql("x = 2"));
        assertThat(conflict()).isNotNull();
        beat(second, "b", SubscriptionData.ofTags("t", "x = 1", 1));
        assertThat(conflict()).isNotNull();
        beat(second, "b", sql(" x = 1 "));
        assertThat(conflict()).isNull();
    }

    @Test
    void doesNotMindTopicsOfRetriesThatOnlySomeAdd() {
        beat(first, "a", SubscriptionData.ofTags("t", "x", 1));
        beat(second, "b", SubscriptionData.ofTags("t", "x", 1), SubscriptionData.ofTags("%RETRY%g_t", "*", 1));

        assertThat(conflict()).isNull();
    }

    @Test
    void describesAConflictOfManyInFewWords() {
        List<FakeConnection> open = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            FakeConnection connection = new FakeConnection();
            open.add(connection);
            beat(connection, "c" + (10 + i), SubscriptionData.ofTags("t", "tag" + i % 6, 1));
        }

        assertThat(conflict().describe())
                .startsWith("c10, c16, c22 and 7 more -> [t: tag0], ")
                .endsWith("-> [t: tag3], and 2 more");
        assertThat(open).allMatch(FakeConnection::isOpen);
    }

    @Test
    void compilesAnExpressionOnceForEachOfItsVersions() {
        beat(first, "a", sql("x = 1"));
        GroupSubscription compiled = consumers.subscription("g", "t");
        beat(second, "b", sql("x = 1"));

        assertThat(compiled.fault()).isNull();
        assertThat(consumers.subscription("g", "t")).isSameAs(compiled);

        beat(first, "a", new SubscriptionData("t", "x >", Set.of(), Set.of(), 2, "SQL92", false));
        assertThat(consumers.subscription("g", "t").fault()).contains("position=4");
        assertThat(consumers.subscription("g", "t").filter().matches(0)).isFalse();
    }

    private static SubscriptionData sql(String expression) {
        return new SubscriptionData("t", expression, Set.of(), Set.of(), 1, "SQL92", false);
    }

    private SubscriptionConflict conflict() {
        return consumers.find("g").conflict();
    }

    private List<ClientConnection> connections() {
        ConsumerGroup group = consumers.find("g");
        assertThat(group).isNotNull();
        return List.copyOf(group.connections());
    }

    private void beat(FakeConnection connection, String clientId) {
        beat(connection, clientId, SubscriptionData.ofTags("t", "*", 1));
    }

    private void beat(FakeConnection connection, String clientId, SubscriptionData... subscriptions) {
        ConsumerData data = new ConsumerData(
                "g", "CONSUME_PASSIVELY", "CLUSTERING", "CONSUME_FROM_LAST_OFFSET", Set.of(subscriptions), false);
        consumers.heartbeat(connection, clientId, Language.JAVA, 479, data, false);
    }
}
