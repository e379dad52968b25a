package io.ternmq.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConsumeQueueTest {
    private static final Path DIRECTORY = Path.of("/queues/orders/0");
    private static final int PER_FILE = ConsumeQueue.ENTRIES_PER_FILE;

    private final SimulatedDisk disk = new SimulatedDisk(64 << 20);
    private final ConsumeQueue queue = queue();

    @Test
    void hasNoFileBeforeItIsFlushed() throws IOException {
        put(0, 10);

        assertThat(disk.fingerprint()).isEmpty();
        queue.flush();
        assertThat(disk.fingerprint()).hasSize(1);
    }

    @Test
    void readsEntriesFromMemoryAndFromFilesAlike() throws IOException {
        put(0, PER_FILE + 5_000);

        for (long offset : new long[] {0, 1, 4_095, 4_096, PER_FILE - 1, PER_FILE, PER_FILE + 4_999}) {
            assertEntry(queue, offset);
        }
        IndexEntries many = new IndexEntries(100);
        queue.read(PER_FILE - 10, many);
        assertThat(many.count()).as("a read ends at the end of a file").isEqualTo(10);
        queue.read(PER_FILE + 5_000, many);
        assertThat(many.count()).isZero();
        queue.read(-1, many);
        assertThat(many.count()).isZero();
    }

    @Test
    void findsEverythingAgainAfterALoad() throws IOException {
        put(0, PER_FILE + 10);
        queue.flush();

        ConsumeQueue loaded = queue();
        loaded.load((offset, logOffset, size) -> true);

        assertThat(loaded.end()).isEqualTo(PER_FILE + 10);
        assertEntry(loaded, 0);
        assertEntry(loaded, PER_FILE + 9);
    }

    @Test
    void cutsWhatFailsTheCheckAndTakesItAgain() throws IOException {
        put(0, 1_000);
        queue.flush();

        ConsumeQueue loaded = queue();
        loaded.load((offset, logOffset, size) -> logOffset < logOffset(700));
        assertThat(loaded.end()).isEqualTo(700);
        for (long offset = 690; offset < 800; offset++) {
            loaded.put(offset, logOffset(offset), 50, offset);
        }

        assertThat(loaded.end()).isEqualTo(800);
        assertEntry(loaded, 699);
        assertEntry(loaded, 750);
    }

    @Test
    void startsWhereItsFirstEntryIsWhenItIsRebuiltFromAShortLog() throws IOException {
        queue.put(70_000, logOffset(70_000), 50, 70_000);
        queue.put(70_001, logOffset(70_001), 50, 70_001);
        queue.flush();

        assertThat(queue.min(0)).isEqualTo(70_000);
        ConsumeQueue loaded = queue();
        loaded.load((offset, logOffset, size) -> size > 0);
        assertThat(loaded.end()).isEqualTo(70_002);
        assertThat(loaded.min(0)).isEqualTo(70_000);
        assertEntry(loaded, 70_001);
    }

    @Test
    void movesItsStartWithTheLogAndDeletesFilesButTheLast() throws IOException {
        put(0, 2 * PER_FILE + 10);
        queue.flush();

        queue.expire(logOffset(PER_FILE + 5));
        assertThat(queue.min(logOffset(PER_FILE + 5))).isEqualTo(PER_FILE + 5);
        assertThat(disk.fingerprint()).hasSize(2);

        queue.expire(Long.MAX_VALUE);
        assertThat(queue.min(Long.MAX_VALUE)).isEqualTo(queue.end());
        assertThat(disk.fingerprint()).hasSize(1);
        ConsumeQueue loaded = queue();
        loaded.load((offset, logOffset, size) -> true);
        assertThat(loaded.end()).isEqualTo(queue.end());
    }

    @Test
    void keepsEntriesInMemoryWhileTheDiskIsFull() throws IOException {
        disk.setOverQuota(true);
        put(0, 20_000);
        assertEntry(queue, 0);
        assertEntry(queue, 19_999);

        disk.setOverQuota(false);
        queue.flush();
        ConsumeQueue loaded = queue();
        loaded.load((offset, logOffset, size) -> true);
        assertThat(loaded.end()).isEqualTo(20_000);
        assertEntry(loaded, 12_345);
    }

    @Test
    void readsFromItsFileOnceItHasLetGoOfMemory() throws IOException {
        put(0, 10);
        queue.flush();
        queue.relax();
        queue.relax();

        assertEntry(queue, 3);
        put(10, 5);
        assertEntry(queue, 3);
        assertEntry(queue, 12);
    }

    @Test
    void readsABacklogStepByStepWithoutMissingAnEntry() throws IOException {
        put(0, 1_000);
        queue.flush();
        queue.relax();
        queue.relax();

        IndexEntries step = new IndexEntries(7);
        long next = 0;
        while (next < 3_000) {
            if (next == 511) {
                put(1_000, 2_000);
            }
            queue.read(next, step);
            assertThat(step.firstOffset()).isEqualTo(next);
            assertThat(step.count()).as("offset=%d", next).isPositive();
            for (int i = 0; i < step.count(); i++) {
                assertThat(step.tagsCode(i)).isEqualTo(next + i);
                assertThat(step.logOffset(i)).isEqualTo(logOffset(next + i));
            }
            next += step.count();
        }
        queue.read(20, step);
        assertThat(step.tagsCode(0)).as("back to the beginning").isEqualTo(20);
        assertThat(next).isEqualTo(3_000);
    }

    private ConsumeQueue queue() {
        return new ConsumeQueue(disk, DIRECTORY, "orders", 0);
    }

    private void put(long from, int count) {
        for (long offset = from; offset < from + count; offset++) {
            assertThat(queue.put(offset, logOffset(offset), 50, offset)).isTrue();
        }
    }

    private static long logOffset(long offset) {
        return 1_000 + offset * 50;
    }

    private static void assertEntry(ConsumeQueue queue, long offset) throws IOException {
        IndexEntries entry = new IndexEntries(1);
        queue.read(offset, entry);
        assertThat(entry.count()).as("offset=%d", offset).isEqualTo(1);
        assertThat(entry.logOffset(0)).isEqualTo(logOffset(offset));
        assertThat(entry.size(0)).isEqualTo(50);
        assertThat(entry.tagsCode(0)).isEqualTo(offset);
    }
}
