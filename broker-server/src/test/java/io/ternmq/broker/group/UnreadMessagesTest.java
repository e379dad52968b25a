package io.ternmq.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.store.QueueSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnreadMessagesTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final UnreadMessages unread = new UnreadMessages(meters);
    private Offsets offsets;

    @BeforeEach
    void openOffsets() throws IOException {
        offsets = Offsets.open(new SnapshotFile(new SimulatedDisk(1 << 20), Path.of("/offsets")));
    }

    @Test
    void letsNothingGoUntilItKnowsWhoReads() {
        assertThat(unread.leaving(List.of(new QueueSpan("t", 0, 0, 10)), "age")).isFalse();

        unread.watch(offsets);

        assertThat(unread.leaving(List.of(new QueueSpan("t", 0, 0, 10)), "age")).isTrue();
    }

    @Test
    void countsWhatAGroupHasNotReadWhenItGoes() {
        unread.watch(offsets);
        offsets.commit("behind", "t", 0, 4);
        offsets.commit("behind", "t", 1, 30);
        offsets.commit("ahead", "t", 0, 10);
        offsets.commit("ahead", "t", 1, 40);
        offsets.commit("elsewhere", "other", 0, 0);

        unread.leaving(List.of(new QueueSpan("t", 0, 0, 10), new QueueSpan("t", 1, 20, 40)), "age");

        assertThat(unread.deleted()).isEqualTo(6 + 10);
        assertThat(meters.get(UnreadMessages.DELETED)
                        .tags("group", "behind", "topic", "t")
                        .counter()
                        .count())
                .isEqualTo(16);
        assertThat(meters.find(UnreadMessages.DELETED).counters()).hasSize(1);
        assertThat(unread.describe())
                .containsOnly(
                        entry("unreadMessagesDeleted", "16"),
                        entry("unreadMessagesDeleted_behind@t", "16"),
                        entry("unreadMessagesExpiring", "0"));
    }

    @Test
    void countsAWholeQueueOfWhichAGroupHasReadNothing() {
        unread.watch(offsets);
        offsets.commit("g", "t", 0, 10);

        unread.leaving(List.of(new QueueSpan("t", 0, 0, 10), new QueueSpan("t", 1, 5, 8)), "age");

        assertThat(unread.deleted()).isEqualTo(3);
    }

    @Test
    void showsBeforehandWhatAGroupHasNotRead() {
        unread.watch(offsets);
        offsets.commit("g", "t", 0, 4);
        List<QueueSpan> next = List.of(new QueueSpan("t", 0, 0, 10));

        unread.leavingSoon(next, "age");
        assertThat(unread.expiring()).isEqualTo(6);
        assertThat(expiringGauge()).isEqualTo(6);
        assertThat(unread.describe()).containsEntry("unreadMessagesExpiring_g@t", "6");

        offsets.commit("g", "t", 0, 9);
        unread.leavingSoon(next, "age");
        assertThat(expiringGauge()).isEqualTo(1);

        offsets.commit("g", "t", 0, 10);
        unread.leavingSoon(next, "age");
        assertThat(unread.expiring()).isZero();
        assertThat(expiringGauge()).isZero();
        assertThat(unread.deleted()).isZero();
    }

    @Test
    void forgetsAGroupThatWasDeleted() {
        unread.watch(offsets);
        offsets.commit("g", "t", 0, 4);
        offsets.deleteGroup("g");

        unread.leaving(List.of(new QueueSpan("t", 0, 0, 10)), "age");

        assertThat(unread.deleted()).isZero();
    }

    private double expiringGauge() {
        return meters.get(UnreadMessages.EXPIRING)
                .tags("group", "g", "topic", "t")
                .gauge()
                .value();
    }
}
