package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.bodies;
import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreparedSegmentTest {
    private static final Path DIRECTORY = Path.of("/data");
    private static final Path LOG = DIRECTORY.resolve("log");
    private static final Path SPARE = LOG.resolve("spare");
    private static final int SEGMENT = 64 * 1024;

    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private HandCrank crank = new HandCrank();

    @Test
    void goesOnInAFileThatHasItsFullLengthFromTheStart() throws IOException {
        try (MessageStore store = open(FlushMode.SYNC)) {
            fill(store);
            prepare();

            long base = store.totals().maxLogOffset();
            append(store, message("t", 0, "next"));
            crank.flush();

            assertThat(disk.list(LOG)).contains(segment(base)).doesNotContain(SPARE);
            assertThat(size(segment(base))).isEqualTo(SEGMENT);
            assertThat(bodies(store, "t", 0, 0)).hasSize(9).endsWith("next");
        }
        assertThat(disk.list(LOG)).hasSize(2).allMatch(file -> size(file) < SEGMENT);
    }

    @Test
    void findsTheEndOfAPreparedFileAfterThePowerWent() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        fill(store);
        prepare();
        append(store, message("t", 0, "in the prepared one"));
        crank.flush();
        append(store, message("t", 0, "not acknowledged"));
        disk.losePower(new Random(1));

        try (MessageStore again = open(FlushMode.SYNC)) {
            assertThat(bodies(again, "t", 0, 0)).hasSizeBetween(9, 10).contains("in the prepared one");
            append(again, message("t", 0, "after"));
            crank.flush();
            assertThat(bodies(again, "t", 0, 0)).endsWith("after");
        }
    }

    @Test
    void preparesNothingForALogThatHardlyGrows() throws IOException {
        try (MessageStore store = open(FlushMode.SYNC)) {
            append(store, message("t", 0, "one"));
            crank.flush();
            prepare();

            assertThat(disk.exists(SPARE)).isFalse();
        }
    }

    @Test
    void preparesNothingWhereMessagesDoNotWaitForTheDisk() throws IOException {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            fill(store);
            prepare();

            assertThat(disk.exists(SPARE)).isFalse();
        }
    }

    @Test
    void goesOnWithoutWhenTheDiskDoesNotTakeIt() throws IOException {
        try (MessageStore store = open(FlushMode.SYNC)) {
            fill(store);
            crank.prepareSegment();
            disk.failWrites(1);
            crank.prepareSegment();

            assertThat(disk.exists(SPARE)).isFalse();
            append(store, message("t", 0, "next"));
            crank.flush();
            assertThat(bodies(store, "t", 0, 0)).endsWith("next");
        }
    }

    @Test
    void leavesTheSpaceToMessagesWhereItIsScarce() throws IOException {
        try (MessageStore store = open(FlushMode.SYNC)) {
            fill(store);
            disk.setForeignBytes((16 << 20) - 3 * SEGMENT);
            prepare();

            assertThat(disk.exists(SPARE)).isFalse();
        }
    }

    @Test
    void deletesWhatAKilledProcessHadPrepared() throws IOException {
        MessageStore store = open(FlushMode.SYNC);
        fill(store);
        prepare();
        assertThat(disk.exists(SPARE)).isTrue();
        disk.killProcess();

        try (MessageStore again = open(FlushMode.SYNC)) {
            assertThat(disk.exists(SPARE)).isFalse();
            assertThat(bodies(again, "t", 0, 0)).hasSize(8);
        }
    }

    private MessageStore open(FlushMode flush) throws IOException {
        StoreConfig config = StoreConfig.defaults(DIRECTORY).withFlush(flush).withSegmentBytes(SEGMENT);
        crank = new HandCrank();
        return MessageStore.open(
                config, disk, () -> 1_000, (topic, queueId, next, tagsCode, time) -> {}, List.of(), crank);
    }

    /** More than a sixteenth of a segment, less than the whole. */
    private void fill(MessageStore store) {
        for (int i = 0; i < 8; i++) {
            append(store, message("t", 0, "message ".repeat(120) + i));
        }
        crank.flush();
    }

    private void prepare() {
        for (int piece = 0; piece < 10; piece++) {
            crank.prepareSegment();
        }
    }

    private static Path segment(long base) {
        return LOG.resolve(String.format("%020d", base));
    }

    private long size(Path path) {
        try (DataFile file = disk.open(path)) {
            return file.size();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
