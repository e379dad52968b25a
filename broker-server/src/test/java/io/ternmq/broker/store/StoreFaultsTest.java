package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.bodies;
import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.log.CorruptLogException;
import io.ternmq.broker.store.StoreException.Kind;
import io.ternmq.broker.store.StoreFixture.Receipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each test names a fault and the promise that holds in spite of it. */
class StoreFaultsTest {
    private static final Path DIRECTORY = Path.of("/data");
    private static final Path LOG = DIRECTORY.resolve("log");
    private static final Path FIRST_SEGMENT = LOG.resolve("00000000000000000000");
    private static final long DISK = 8 << 20;

    private final SimulatedDisk disk = new SimulatedDisk(DISK);
    private HandCrank crank = new HandCrank();
    private long now = 1_000_000;

    @Test
    void oneForceServesAllWhoWait() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            receipts.add(append(store, message("orders", 0, "m" + i)));
        }
        long before = disk.forces();
        assertThat(receipts).allMatch(Receipt::isPending);
        assertThat(store.maxOffset("orders", 0)).isZero();

        crank.flush();

        assertThat(receipts).allMatch(Receipt::isCommitted);
        assertThat(disk.forces()).isEqualTo(before + 1);
        assertThat(store.maxOffset("orders", 0)).isEqualTo(50);
    }

    @Test
    void nothingIsVisibleOrReadableBeforeItIsCommitted() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        append(store, message("orders", 0, "a"));

        assertThat(bodies(store, "orders", 0, 0)).isEmpty();
        assertThat(store.recordAt(0)).isEmpty();
    }

    @Test
    void aTornTailIsCutOffAndTheNextMessageTakesItsPlace() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        append(store, message("orders", 0, "kept"));
        crank.flush();
        long end = store.totals().maxLogOffset();
        append(store, message("orders", 0, "torn".repeat(1_000)));
        disk.flipBit(FIRST_SEGMENT, end + 2_000, 5);
        disk.killProcess();

        MessageStore again = open(FlushMode.SYNC);
        assertThat(again.totals().maxLogOffset()).isEqualTo(end);
        Receipt next = append(again, message("orders", 0, "next"));
        crank.flush();

        assertThat(next.now().queueOffset()).isEqualTo(1);
        assertThat(bodies(again, "orders", 0, 0)).containsExactly("kept", "next");
    }

    @Test
    void aFlippedBitAnywhereInARecordIsFoundReportedAndSkipped() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        append(store, message("orders", 0, "first"));
        Receipt second = append(store, message("orders", 0, new byte[] {1, 2, 3}, "TAGS\u0001a\u0002"));
        append(store, message("orders", 0, "third"));
        crank.flush();
        long from = second.now().logOffset();
        long to = store.read("orders", 0, 2, 1, 1, MessageFilter.ALL)
                .slices()
                .get(0)
                .getLong(28);

        for (long at = from; at < to; at++) {
            int bit = (int) at % 8;
            disk.flipBit(FIRST_SEGMENT, at, bit);

            assertThat(bodies(store, "orders", 0, 0)).as("flipped at %d", at).containsExactly("first", "third");
            assertThat(store.recordAt(from)).as("flipped at %d", at).isEmpty();
            List<String> damages = new ArrayList<>();
            assertThat(store.verify(
                            (file, position, logOffset, bytes) -> damages.add(file + ":" + position + "+" + bytes)))
                    .isEqualTo(2);
            assertThat(damages).containsExactly(FIRST_SEGMENT + ":" + from + "+" + (to - from));

            disk.flipBit(FIRST_SEGMENT, at, bit);
        }
        assertThat(store.totals().damagedRecords()).isEqualTo(1);
        assertThat(store.maxOffset("orders", 0)).isEqualTo(3);
    }

    @Test
    void damageInWhatIsReplayedCostsNoOtherMessage() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        append(store, message("orders", 0, "first"));
        Receipt second = append(store, message("orders", 0, "second"));
        append(store, message("orders", 0, "third"));
        crank.flush();
        long end = store.totals().maxLogOffset();
        disk.killProcess();
        disk.flipBit(FIRST_SEGMENT, second.now().logOffset() + 30, 2);
        new Checkpoint(0, end, now, false).save(Checkpoint.fileIn(disk, DIRECTORY));

        MessageStore again = open(FlushMode.SYNC);

        assertThat(bodies(again, "orders", 0, 0)).containsExactly("first", "third");
        assertThat(again.totals().damagedRecords()).isEqualTo(1);
        assertThat(again.offsetByTime("orders", 0, now, Boundary.LOWER)).isZero();
        assertThat(again.offsetByTime("orders", 0, now + 1, Boundary.LOWER)).isEqualTo(3);
        now += 60_000;
        crank.keepHouse();
        disk.killProcess();
        again = open(FlushMode.SYNC);
        assertThat(bodies(again, "orders", 0, 0)).containsExactly("first", "third");
        Receipt next = append(again, message("orders", 0, "next"));
        crank.flush();
        assertThat(next.now().queueOffset()).isEqualTo(3);
    }

    @Test
    void damageAtTheEndOfASegmentIsSkippedToTheNext() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        Receipt first = append(store, message("orders", 0, "x".repeat(40_000)));
        append(store, message("orders", 0, "y".repeat(40_000)));
        crank.flush();
        long end = store.totals().maxLogOffset();
        disk.killProcess();
        disk.flipBit(FIRST_SEGMENT, first.now().logOffset() + 200, 0);
        new Checkpoint(0, end, now, false).save(Checkpoint.fileIn(disk, DIRECTORY));

        MessageStore again = open(FlushMode.SYNC);

        assertThat(again.minOffset("orders", 0)).isEqualTo(1);
        assertThat(bodies(again, "orders", 0, 1)).containsExactly("y".repeat(40_000));
    }

    @Test
    void refusesToStartWhenAMessageThatWasSyncedIsCutOff() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "first"));
        crank.flush();
        Receipt second = append(store, message("orders", 0, "second"));
        crank.flush();
        // The checkpoint notes how far the log is on disk.
        now += 60_000;
        crank.keepHouse();
        disk.killProcess();
        disk.truncate(FIRST_SEGMENT, second.now().logOffset() + 10);

        assertThatThrownBy(() -> open(FlushMode.ASYNC))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(FIRST_SEGMENT.toString())
                .hasMessageContaining("restore the file from a copy");
    }

    @Test
    void aFailedWriteFailsThatAppendAloneAndLeavesNoTrace() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "a"));
        disk.failWrites(1);

        Receipt failed = append(store, message("orders", 0, "lost".repeat(500)));
        Receipt next = append(store, message("orders", 0, "b"));

        assertThat(failed.refusal().kind()).isEqualTo(Kind.FAILED);
        assertThat(next.now().queueOffset()).isEqualTo(1);
        disk.killProcess();
        assertThat(bodies(open(FlushMode.ASYNC), "orders", 0, 0)).containsExactly("a", "b");
    }

    @Test
    void aFullDiskRefusesAppendsServesReadsAndRecoversWhenThereIsSpace() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        List<String> stored = new ArrayList<>();
        disk.setForeignBytes(DISK - 300_000);
        Receipt last;
        int i = 0;
        do {
            String body = i++ + ":" + "x".repeat(5_000);
            last = append(store, message("orders", 0, body));
            if (last.isCommitted()) {
                stored.add(body);
            }
        } while (last.isCommitted());

        assertThat(last.refusal().kind()).isEqualTo(Kind.DISK_FULL);
        assertThat(last.refusal()).hasMessageContaining("the disk is full; free some space");
        assertThat(stored).hasSizeGreaterThan(20);
        assertThat(bodies(store, "orders", 0, 0)).isEqualTo(stored);

        disk.setForeignBytes(0);
        assertThat(append(store, message("orders", 0, "again")).isCommitted()).isTrue();
        stored.add("again");
        disk.killProcess();
        assertThat(bodies(open(FlushMode.ASYNC), "orders", 0, 0)).isEqualTo(stored);
    }

    @Test
    void saysInOneSentenceThatItCannotStartOnAFullDisk() {
        disk.setForeignBytes(DISK);

        assertThatThrownBy(() -> open(FlushMode.SYNC))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("the disk is full: directory=.*; free some space, or choose another directory");
    }

    @Test
    void refusesAppendsAboveTheShareOfTheVolumeAndAcceptsThemBelow() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "a"));
        disk.setForeignBytes(DISK * 95 / 100);
        crank.keepHouse();

        Receipt refused = append(store, message("orders", 0, "b"));
        assertThat(refused.refusal().kind()).isEqualTo(Kind.DISK_FULL);
        assertThat(refused.refusal()).hasMessageContaining("allowed=85 %");
        assertThat(bodies(store, "orders", 0, 0)).containsExactly("a");

        disk.setForeignBytes(0);
        crank.keepHouse();
        assertThat(append(store, message("orders", 0, "b")).isCommitted()).isTrue();
    }

    @Test
    void aFailedForceFailsWhoeverWaitsAndWhatWasNotForcedIsTakenBack() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        append(store, message("orders", 0, "a"));
        crank.flush();
        Receipt waiting = append(store, message("orders", 0, "in doubt"));
        disk.failForces(1);
        crank.flush();

        assertThat(waiting.refusal().kind()).isEqualTo(Kind.FAILED);
        assertThat(append(store, message("orders", 0, "refused")).refusal().kind())
                .isEqualTo(Kind.FAILED);
        assertThat(bodies(store, "orders", 0, 0)).containsExactly("a");

        crank.flush();
        Receipt next = append(store, message("orders", 0, "b"));
        crank.flush();
        assertThat(next.now().queueOffset()).isEqualTo(1);
        assertThat(bodies(store, "orders", 0, 0)).containsExactly("a", "b");
        disk.losePower(new Random(1));
        assertThat(bodies(open(FlushMode.SYNC), "orders", 0, 0)).containsExactly("a", "b");
    }

    @Test
    void afterAFailedBackgroundForceTheRangeIsWrittenAnewNotJustForcedAgain() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "acknowledged"));
        disk.failForces(1);
        crank.flush();
        assertThat(append(store, message("orders", 0, "refused")).refusal().kind())
                .isEqualTo(Kind.FAILED);

        crank.flush();

        assertThat(append(store, message("orders", 0, "b")).isCommitted()).isTrue();
        crank.flush();
        disk.losePower(new Random(2));
        assertThat(bodies(open(FlushMode.ASYNC), "orders", 0, 0)).containsExactly("acknowledged", "b");
    }

    @Test
    void rebuildsQueuesThatWereLost() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "a"));
        append(store, message("orders", 0, "b"));
        store.close();
        disk.delete(DIRECTORY.resolve("queues/orders/0/00000000000000000000"));
        disk.delete(DIRECTORY.resolve("checkpoint"));
        disk.delete(DIRECTORY.resolve("checkpoint.previous"));

        assertThat(bodies(open(FlushMode.ASYNC), "orders", 0, 0)).containsExactly("a", "b");
    }

    @Test
    void makesTheEndsOfQueuesAnewIfTheyAreLostOrDamaged() throws IOException {
        for (String harm : List.of("lost", "damaged", "older")) {
            MessageStore store = open(FlushMode.ASYNC);
            append(store, message(harm, 0, "a"));
            append(store, message(harm, 1, "b"));
            store.close();
            Path tails = DIRECTORY.resolve("queue-tails");
            if (harm.equals("damaged")) {
                disk.flipBit(tails, 70, 3);
                disk.delete(DIRECTORY.resolve("queue-tails.previous"));
            } else {
                disk.delete(tails);
            }
            if (harm.equals("lost")) {
                disk.delete(DIRECTORY.resolve("queue-tails.previous"));
            }

            MessageStore again = open(FlushMode.ASYNC);
            assertThat(bodies(again, harm, 0, 0)).as(harm).containsExactly("a");
            assertThat(bodies(again, harm, 1, 0)).as(harm).containsExactly("b");
            again.close();
        }
    }

    @Test
    void aCheckpointOverManyQueuesForcesFewFiles() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        for (int queue = 0; queue < 500; queue++) {
            append(store, message("orders", queue, "m" + queue));
        }
        long before = disk.forces();
        store.close();

        assertThat(disk.forces() - before).isLessThan(10);
        MessageStore again = open(FlushMode.ASYNC);
        for (int queue = 0; queue < 500; queue++) {
            assertThat(bodies(again, "orders", queue, 0)).containsExactly("m" + queue);
        }
    }

    @Test
    void deletesSegmentsPastTheRetentionTimeAndMovesTheQueuesStart() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        fillSegments(store, 3);
        now += Duration.ofHours(73).toMillis();
        append(store, message("orders", 0, "young"));
        long end = store.maxOffset("orders", 0);
        crank.flush();

        crank.keepHouse();

        assertThat(store.totals().segments()).isEqualTo(1);
        long min = store.minOffset("orders", 0);
        assertThat(min).isPositive().isLessThan(end);
        assertThat(store.isComplete("orders", 0)).isFalse();
        assertThat(bodies(store, "orders", 0, min)).hasSize((int) (end - min)).endsWith("young");
        assertThat(store.read("orders", 0, 0, 32, 1 << 20, MessageFilter.ALL).status())
                .isEqualTo(ReadResult.Status.OFFSET_TOO_SMALL);
        disk.killProcess();
        MessageStore again = open(FlushMode.ASYNC);
        assertThat(again.minOffset("orders", 0)).isEqualTo(min);
        assertThat(again.maxOffset("orders", 0)).isEqualTo(end);
    }

    @Test
    void aQueueKeepsItsEndWhenAllItsMessagesAreDeleted() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("quiet", 0, "a"));
        append(store, message("quiet", 0, "b"));
        fillSegments(store, 2);
        now += Duration.ofHours(73).toMillis();
        append(store, message("orders", 0, "young"));
        crank.flush();
        crank.keepHouse();
        store.close();

        MessageStore again = open(FlushMode.ASYNC);
        assertThat(again.minOffset("quiet", 0)).isEqualTo(2);
        assertThat(append(again, message("quiet", 0, "c")).now().queueOffset()).isEqualTo(2);
        assertThat(bodies(again, "quiet", 0, 2)).containsExactly("c");
    }

    @Test
    void deletesTheOldestSegmentsBeyondTheSizeLimit() throws IOException {
        MessageStore store = MessageStore.open(
                config(FlushMode.ASYNC).withMaxTotalBytes(150_000), disk, () -> now, NOBODY, List.of(), crank);
        fillSegments(store, 5);
        crank.flush();

        crank.keepHouse();

        StoreTotals totals = store.totals();
        assertThat(totals.maxLogOffset() - totals.minLogOffset()).isLessThanOrEqualTo(150_000);
        assertThat(totals.segments()).isGreaterThan(1);
    }

    @Test
    void aTopicMadeAnewKeepsItsMessagesWhenThoseBeforeItsDeletionHaveGone() throws IOException {
        StoreConfig config = config(FlushMode.ASYNC).withMaxTotalBytes(64 * 1024);
        MessageStore store = MessageStore.open(config, disk, () -> now, NOBODY, List.of(), crank);
        append(store, message("orders", 0, "old".repeat(12_000)));
        crank.flush();
        now += 60_000;
        crank.keepHouse();

        // The log ends where the checkpoint and the segment do.
        store.deleteTopic("orders");
        append(store, message("orders", 0, "new".repeat(12_000)));
        crank.flush();
        crank.keepHouse();
        assertThat(store.totals().minLogOffset()).isPositive();
        disk.killProcess();

        assertThat(bodies(open(FlushMode.ASYNC), "orders", 0, 0)).containsExactly("new".repeat(12_000));
    }

    @Test
    void whatIsPastItsTimeGoesAlthoughNothingCanBeWritten() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        fillSegments(store, 3);
        crank.flush();
        now += 60_000;
        crank.keepHouse();
        now += Duration.ofHours(73).toMillis();
        append(store, message("orders", 0, "young"));
        fillSegments(store, 1);
        crank.flush();
        disk.setOverQuota(true);

        crank.keepHouse();

        assertThat(store.totals().minLogOffset()).isPositive();
        assertThat(bodies(store, "orders", 0, store.minOffset("orders", 0))).contains("young");
    }

    @Test
    void aFullVolumeCostsNoMessageThatIsNotPastItsTime() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        fillSegments(store, 3);
        now += Duration.ofHours(73).toMillis();
        fillSegments(store, 3);
        crank.flush();
        long youngFrom = store.maxOffset("orders", 0) - 1;
        disk.setForeignBytes(DISK * 95 / 100);

        crank.keepHouse();
        crank.keepHouse();

        assertThat(store.totals().segments())
                .as("only what is past its time goes")
                .isEqualTo(4);
        assertThat(append(store, message("orders", 0, "b")).refusal().kind()).isEqualTo(Kind.DISK_FULL);
        assertThat(bodies(store, "orders", 0, youngFrom)).hasSize(1);
        disk.setForeignBytes(0);
        crank.keepHouse();
        assertThat(append(store, message("orders", 0, "b")).isCommitted()).isTrue();
    }

    @Test
    void aViewHandedOutStaysReadableAfterItsSegmentIsDeleted() throws IOException {
        MessageStore store = open(FlushMode.ASYNC);
        append(store, message("orders", 0, "old"));
        ReadResult result = store.read("orders", 0, 0, 1, 1 << 20, MessageFilter.ALL);
        fillSegments(store, 2);
        now += Duration.ofHours(73).toMillis();
        append(store, message("orders", 0, "young"));
        crank.flush();
        crank.keepHouse();

        assertThat(store.totals().minLogOffset()).isPositive();
        assertThat(StoreFixture.records(result)).map(StoreFixture::body).containsExactly("old");
    }

    private static final ArrivalListener NOBODY = (topic, queueId, next, tagsCode, time) -> {};

    private void fillSegments(MessageStore store, int count) {
        int wanted = store.totals().segments() + count;
        while (store.totals().segments() < wanted) {
            append(store, message("orders", 0, "x".repeat(4_000)));
        }
    }

    private MessageStore open(FlushMode mode) throws IOException {
        crank = new HandCrank();
        return MessageStore.open(config(mode), disk, () -> now, NOBODY, List.of(), crank);
    }

    private static StoreConfig config(FlushMode mode) {
        return StoreConfig.defaults(DIRECTORY).withFlush(mode).withSegmentBytes(64 * 1024);
    }
}
