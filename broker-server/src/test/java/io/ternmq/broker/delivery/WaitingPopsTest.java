package io.ternmq.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.group.FakeConnection;
import io.ternmq.broker.store.MessageFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingPopsTest {
    private final WaitingPops waiting = new WaitingPops(3);
    private final FakeConnection connection = new FakeConnection();
    private final FakeConnection other = new FakeConnection();
    private final List<String> resumed = new ArrayList<>();

    @Test
    void wakesTheLongestWaitingOfEachGroup() {
        park("g", "first", -1, MessageFilter.ALL, connection);
        park("g", "second", -1, MessageFilter.ALL, connection);
        park("h", "third", -1, MessageFilter.ALL, connection);

        arrive("t", 3, 0);
        assertThat(resumed).containsExactlyInAnyOrder("first", "third");
        arrive("t", 3, 0);

        assertThat(resumed).containsExactlyInAnyOrder("first", "third", "second");
        assertThat(waiting.size()).isZero();
        assertThat(connection.deadlines()).isZero();
    }

    @Test
    void passesOverThoseWhoWantAnotherQueueOrTag() {
        park("g", "queue 1", 1, MessageFilter.ALL, connection);
        park("g", "tag 65", -1, tagsCode -> tagsCode == 65, connection);

        arrive("t", 0, 66);
        arrive("other", 1, 65);
        assertThat(resumed).isEmpty();
        arrive("t", 0, 65);
        arrive("t", 1, 66);

        assertThat(resumed).containsExactly("tag 65", "queue 1");
    }

    @Test
    void wakesForRetriesOfItsOwnGroupWhateverTheTag() {
        park("g", "mine", 1, tagsCode -> false, connection);

        arrive("%RETRY%h_t", 0, 0);
        assertThat(resumed).isEmpty();
        arrive("%RETRY%g_t", 0, 0);

        assertThat(resumed).containsExactly("mine");
    }

    @Test
    void wakesAnotherInPlaceOfOneWhoseConnectionCloses() {
        park("g", "leaving", -1, MessageFilter.ALL, other);
        park("g", "staying", -1, MessageFilter.ALL, connection);
        waiting.arrived("t", 0, 1, 0, 0);

        other.close();
        connection.runTasks();

        assertThat(resumed).containsExactly("staying");
    }

    @Test
    void letsNoMoreWaitThanAllowed() {
        for (int i = 0; i < 3; i++) {
            assertThat(park("g", "waiter " + i, -1, MessageFilter.ALL, connection))
                    .isNotNull();
        }
        assertThat(park("g", "too many", -1, MessageFilter.ALL, connection)).isNull();
        assertThat(waiting.size("g", "t")).isEqualTo(3);

        connection.passDeadlines();
        assertThat(resumed).hasSize(3);
        assertThat(park("g", "again", -1, MessageFilter.ALL, connection)).isNotNull();
    }

    private WaitingPops.@Nullable WaitingPop park(
            String group, String name, int queue, MessageFilter filter, FakeConnection from) {
        return waiting.park(group, "t", queue, filter, from, Duration.ofSeconds(1), cause -> resumed.add(name));
    }

    private void arrive(String topic, int queue, long tagsCode) {
        waiting.arrived(topic, queue, 1, tagsCode, 0);
        connection.runTasks();
    }
}
