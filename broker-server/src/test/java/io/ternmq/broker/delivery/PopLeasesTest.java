package io.ternmq.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.group.FakeConnection;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.SystemTopics;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.TopicConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases by a clock and an agent that the test turns by hand, on a disk that fails when it says so. */
class PopLeasesTest {
    private static final InetSocketAddress HOST = new InetSocketAddress(InetAddress.getLoopbackAddress(), 10911);
    private static final PopQueueId QUEUE = new PopQueueId("g", "t", 0);
    private static final String RETRIES = "%RETRY%g_t";

    private final SimulatedDisk disk = new SimulatedDisk(64 << 20);
    private final WaitingPops waiting = new WaitingPops(10);
    private long now = 1_000_000;
    private MessageStore store;
    private Topics topics;
    private Offsets offsets;
    private PopLeases leases;

    @BeforeEach
    void open() throws IOException {
        store = MessageStore.open(
                StoreConfig.defaults(Path.of("/data")).withSegmentBytes(64 * 1024),
                disk,
                () -> now,
                waiting,
                List.of());
        Path state = Path.of("/data/state");
        disk.createDirectories(state);
        topics = Topics.open(
                new SnapshotFile(disk, state.resolve("topics")), () -> now, new SystemTopics("c", "b", true, false));
        topics.create(TopicConfig.of("t", 1));
        offsets = Offsets.open(new SnapshotFile(disk, state.resolve("offsets")));
        GroupSettings groups = GroupSettings.open(new SnapshotFile(disk, state.resolve("groups")), () -> now);
        leases = new PopLeases(store, offsets, topics, groups, () -> now, waiting);
    }

    @AfterEach
    void close() {
        leases.close();
        store.close();
    }

    @Test
    void whatWasGivenBackComesSoonerWhenTimeIsMadeToPassAndWhatIsInHandDoesNotNotice() {
        append(3);
        pop(32, 60_000);
        long popTime = now;
        assertThat(leases.acknowledge(QUEUE, 2, popTime)).isTrue();
        assertThat(leases.change(QUEUE, 1, popTime, 10_000, false, now)).isTrue();
        assertThat(leases.progress(QUEUE)).isEqualTo(new PopProgress(3, Set.of(0L), Map.of(1L, now + 10_000)));

        leases.advance(Duration.ofSeconds(9));
        assertThat(end(RETRIES)).isZero();
        leases.advance(Duration.ofSeconds(1));
        leases.advance(Duration.ofDays(1));

        assertThat(end(RETRIES)).isEqualTo(1);
        assertThat(leases.progress(QUEUE)).isEqualTo(new PopProgress(3, Set.of(0L), Map.of()));
        assertThat(leases.acknowledge(QUEUE, 0, popTime)).isTrue();
        assertThat(offsets.committed("g", "t", 0)).hasValue(3);
    }

    @Test
    void whatIsHeldForLongerIsInHandStillUntilItIsGivenBack() {
        append(1);
        pop(1, 60_000);
        long popTime = now;
        now += 30_000;
        long prolonged = now;
        assertThat(leases.change(QUEUE, 0, popTime, 60_000, true, now)).isTrue();

        leases.advance(Duration.ofDays(1));

        assertThat(end(RETRIES)).isZero();
        assertThat(leases.progress(QUEUE)).isEqualTo(new PopProgress(1, Set.of(0L), Map.of()));
        // As long as the lease, by chance: it comes again all the same.
        now += 1_000;
        assertThat(leases.change(QUEUE, 0, prolonged, 60_000, false, now)).isTrue();
        assertThat(leases.progress(QUEUE)).isEqualTo(new PopProgress(1, Set.of(), Map.of(0L, now + 60_000)));
        leases.advance(Duration.ofMinutes(1));
        assertThat(end(RETRIES)).isEqualTo(1);
    }

    @Test
    void revivesAnExpiredMessageOnceAndThenCountsItAsConsumed() {
        append(2);
        PoppedBatch batch = pop(32, 1_000).get(0);
        assertThat(leases.acknowledge(QUEUE, 1, now)).isTrue();
        now += 999;
        leases.work();
        assertThat(end(RETRIES)).isZero();

        now += 1;
        leases.work();
        leases.work();

        assertThat(batch.offsets()).containsExactly(0L, 1L);
        assertThat(end(RETRIES)).isEqualTo(1);
        assertThat(offsets.committed("g", "t", 0)).hasValue(2);
        assertThat(leases.acknowledge(QUEUE, 0, 1_000_000)).isFalse();
    }

    @Test
    void sleepsUntilTheFirstLeaseEnds() {
        append(2);
        pop(1, 5_000);
        now += 1_000;
        pop(1, 2_000);

        assertThat(leases.work()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(2_000));
    }

    @Test
    void triesAgainWhenTheDiskRefusesTheCopy() {
        append(1);
        pop(1, 1_000);
        now += 1_000;
        disk.setOverQuota(true);
        disk.failWrites(100);
        leases.work();
        assertThat(end(RETRIES)).isZero();
        assertThat(offsets.committed("g", "t", 0)).as("still in flight").hasValue(0);

        disk.heal();
        disk.setOverQuota(false);
        assertThat(append(1)).isTrue();
        now += 1_000;
        leases.work();

        assertThat(end(RETRIES)).isEqualTo(1);
        assertThat(offsets.committed("g", "t", 0)).hasValue(1);
    }

    @Test
    void boundsWhatAGroupMayHoldOfAQueue() {
        for (int i = 0; i < PopQueue.MAX_IN_FLIGHT / 100 + 1; i++) {
            append(100);
        }
        int popped = 0;
        List<PoppedBatch> batches;
        while (!(batches = pop(32, 60_000)).isEmpty()) {
            popped += batches.get(0).offsets().size();
        }
        assertThat(popped).isEqualTo(PopQueue.MAX_IN_FLIGHT);
        assertThat(leases.hasAvailable(List.of(QUEUE), false)).isFalse();
        FakeConnection connection = new FakeConnection();
        AtomicInteger woken = new AtomicInteger();
        waiting.park(
                "g", "t", -1, MessageFilter.ALL, connection, Duration.ofSeconds(1), cause -> woken.incrementAndGet());

        assertThat(leases.acknowledge(QUEUE, 77, now)).isTrue();
        connection.runTasks();

        assertThat(woken).hasValue(1);
        assertThat(pop(32, 60_000).get(0).offsets()).containsExactly((long) PopQueue.MAX_IN_FLIGHT);
    }

    @Test
    void forgetsTheLeasesOfATopicThatIsDeleted() throws IOException {
        append(1);
        pop(1, 1_000);
        topics.delete("t");
        store.deleteTopic("t");
        offsets.deleteTopic("t");
        now += 1_000;

        leases.work();

        assertThat(end(RETRIES)).isZero();
        assertThat(offsets.committed("g", "t", 0)).isEmpty();
    }

    @Test
    void skipsAnExpiredMessageThatIsNoLongerStored() throws IOException {
        append(1);
        pop(1, 1_000);
        store.deleteTopic("t");
        now += 1_000;

        leases.work();

        assertThat(end(RETRIES)).isZero();
        assertThat(offsets.committed("g", "t", 0)).hasValue(1);
    }

    private List<PoppedBatch> pop(int most, long invisible) {
        return leases.pop(
                new Pop(List.of(QUEUE), most, 1 << 20, invisible, false, MessageFilter.ALL, false, null), now);
    }

    private long end(String topic) {
        return store.maxOffset(topic, 0);
    }

    private boolean append(int count) {
        List<NewMessage> messages = Collections.nCopies(
                count,
                new NewMessage(
                        "t",
                        0,
                        0,
                        0,
                        now,
                        HOST,
                        HOST,
                        0,
                        0,
                        "",
                        ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8))));
        AtomicInteger committed = new AtomicInteger();
        store.append(messages, new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                committed.incrementAndGet();
            }

            @Override
            public void failed(StoreException reason) {}
        });
        return committed.get() == 1;
    }
}
