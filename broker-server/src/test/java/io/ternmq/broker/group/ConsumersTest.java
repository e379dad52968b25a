package io.ternmq.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Language;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsumersTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<Integer> notifications = new ArrayList<>();
    private final Consumers consumers = new Consumers(now::get, (group, members) -> notifications.add(members.size()));
    private final FakeConnection first = new FakeConnection();
    private final FakeConnection second = new FakeConnection();

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

    private List<ClientConnection> connections() {
        ConsumerGroup group = consumers.find("g");
        assertThat(group).isNotNull();
        return List.copyOf(group.connections());
    }

    private void beat(FakeConnection connection, String clientId) {
        ConsumerData data = new ConsumerData(
                "g",
                "CONSUME_PASSIVELY",
                "CLUSTERING",
                "CONSUME_FROM_LAST_OFFSET",
                Set.of(SubscriptionData.ofTags("t", "*", 1)),
                false);
        consumers.heartbeat(connection, clientId, Language.JAVA, 479, data, false);
    }
}
