package io.ternmq.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.delivery.WaitingPulls.Cause;
import io.ternmq.broker.delivery.WaitingPulls.WaitingPull;
import io.ternmq.broker.group.FakeConnection;
import io.ternmq.broker.store.MessageFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingPullsTest {
    private final WaitingPulls waiting = new WaitingPulls(2);
    private final FakeConnection connection = new FakeConnection();
    private final List<Cause> resumed = new ArrayList<>();

    @Test
    void wakesAPullForAMessageAtOrBehindItsOffset() {
        park(5, MessageFilter.ALL);

        waiting.arrived("t", 0, 5, 0, 0);
        connection.runTasks();
        assertThat(resumed).isEmpty();

        waiting.arrived("t", 0, 6, 0, 0);
        connection.runTasks();
        assertThat(resumed).containsExactly(Cause.ARRIVAL);
        assertThat(waiting.size()).isZero();
        assertThat(connection.deadlines()).isZero();
    }

    @Test
    void leavesAPullAsleepWhoseFilterDoesNotWantTheMessage() {
        park(0, tagsCode -> tagsCode == 65);

        waiting.arrived("t", 0, 1, 66, 0);
        waiting.arrived("t", 1, 1, 65, 0);
        connection.runTasks();
        assertThat(resumed).isEmpty();

        waiting.arrived("t", 0, 2, 65, 0);
        connection.runTasks();
        assertThat(resumed).containsExactly(Cause.ARRIVAL);
    }

    @Test
    void resumesOnceWhenArrivalAndDeadlineMeet() {
        park(0, MessageFilter.ALL);

        waiting.arrived("t", 0, 1, 0, 0);
        connection.passDeadlines();
        connection.runTasks();

        assertThat(resumed).containsExactly(Cause.DEADLINE);
    }

    @Test
    void letsItsOwnerTakeAPullBackUnlessItIsOver() {
        WaitingPull first = park(0, MessageFilter.ALL);
        WaitingPull second = park(0, MessageFilter.ALL);

        assertThat(first.claim()).isTrue();
        waiting.arrived("t", 0, 1, 0, 0);
        connection.runTasks();

        assertThat(resumed).containsExactly(Cause.ARRIVAL);
        assertThat(second.claim()).isFalse();
    }

    @Test
    void dropsThePullsOfAConnectionThatCloses() {
        park(0, MessageFilter.ALL);

        connection.close();
        waiting.arrived("t", 0, 1, 0, 0);
        connection.runTasks();

        assertThat(resumed).isEmpty();
        assertThat(waiting.size()).isZero();
    }

    @Test
    void takesNoMoreThanItsLimit() {
        park(0, MessageFilter.ALL);
        park(0, MessageFilter.ALL);

        assertThat(tryPark(0, MessageFilter.ALL)).isNull();
    }

    private WaitingPull park(long wanted, MessageFilter filter) {
        WaitingPull pull = tryPark(wanted, filter);
        assertThat(pull).isNotNull();
        return pull;
    }

    private @Nullable WaitingPull tryPark(long wanted, MessageFilter filter) {
        return waiting.park("t", 0, wanted, filter, connection, Duration.ofSeconds(15), resumed::add);
    }
}
