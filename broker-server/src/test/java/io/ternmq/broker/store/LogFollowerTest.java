package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogFollowerTest {
    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private final StoreConfig config =
            StoreConfig.defaults(Path.of("/data")).withFlush(FlushMode.SYNC).withSegmentBytes(64 * 1024);
    private long now = 1_000_000;
    private HandCrank crank = new HandCrank();

    @Test
    void seesEachRecordWhenItIsCommitted() throws Exception {
        Follower follower = new Follower();
        try (MessageStore store = open(follower)) {
            StoreFixture.Receipt receipt =
                    append(store, message("orders", 1, new byte[] {1}, "KEYS\u0001k\u0002"), message("orders", 1, "b"));
            assertThat(follower.seen).isEmpty();

            crank.flush();

            assertThat(follower.seen).hasSize(2);
            CommittedRecord first = follower.seen.get(0);
            assertThat(first.topic()).isEqualTo("orders");
            assertThat(first.queueId()).isEqualTo(1);
            assertThat(first.queueOffset()).isZero();
            assertThat(first.logOffset()).isEqualTo(receipt.now().logOffset());
            assertThat(first.storeTimestamp()).isEqualTo(now);
            assertThat(first.properties()).isEqualTo("KEYS\u0001k\u0002");
            assertThat(follower.seen.get(1).logOffset()).isEqualTo(receipt.now().logOffset(1));
        }
    }

    @Test
    void isShownAfterACrashWhatItCannotHaveSaved() throws Exception {
        Follower before = new Follower();
        MessageStore store = open(before);
        append(store, message("orders", 0, "saved"));
        crank.flush();
        now += Duration.ofMinutes(1).toMillis();
        crank.keepHouse();
        append(store, message("orders", 0, "a"), message("orders", 0, "b"));
        crank.flush();
        append(store, message("orders", 0, "never committed"));
        disk.losePower(new Random(1));

        Follower after = new Follower();
        after.savedUpTo = before.savedUpTo;
        try (MessageStore again = open(after)) {
            assertThat(before.savedUpTo).isEqualTo(before.seen.get(1).logOffset());
            assertThat(after.seen.subList(0, 2)).isEqualTo(before.seen.subList(1, 3));
            assertThat(again.maxOffset("orders", 0))
                    .isEqualTo(after.seen.get(after.seen.size() - 1).queueOffset() + 1);
        }
    }

    @Test
    void isShownNothingAfterACleanStop() throws Exception {
        try (MessageStore store = open(new Follower())) {
            append(store, message("orders", 0, "a"));
        }

        Follower follower = new Follower();
        follower.savedUpTo = Long.MAX_VALUE;
        open(follower).close();

        assertThat(follower.seen).isEmpty();
    }

    @Test
    void isShownTheLogFromWhereItsFilesEnd() throws Exception {
        Follower before = new Follower();
        try (MessageStore store = open(before)) {
            append(store, message("orders", 0, "a"), message("orders", 0, "b"));
            append(store, message("orders", 1, "c"));
        }
        Follower isNew = new Follower();
        open(isNew).close();
        Follower isBehind = new Follower();
        isBehind.savedUpTo = before.seen.get(1).logOffset();
        open(isBehind).close();

        assertThat(isNew.seen).isEqualTo(before.seen);
        assertThat(isBehind.seen).isEqualTo(before.seen.subList(1, 3));
        assertThat(isBehind.savedUpTo)
                .as("and saves it")
                .isGreaterThan(before.seen.get(2).logOffset());
    }

    @Test
    void isShownEachRecordOnceWhenItIsBehindAfterACrash() throws Exception {
        Follower before = new Follower();
        MessageStore store = open(before);
        append(store, message("orders", 0, "a"), message("orders", 0, "b"));
        crank.flush();
        now += Duration.ofMinutes(1).toMillis();
        crank.keepHouse();
        append(store, message("orders", 0, "c"));
        crank.flush();
        disk.killProcess();

        Follower isNew = new Follower();
        open(isNew).close();

        assertThat(isNew.seen).isEqualTo(before.seen);
    }

    @Test
    void keepsTheLogFromBeingDeletedWhileItNeedsIt() throws Exception {
        Follower follower = new Follower();
        follower.releases = false;
        try (MessageStore store = open(follower)) {
            append(store, message("orders", 0, "x".repeat(50_000)));
            append(store, message("orders", 0, "x".repeat(50_000)));
            crank.flush();
            now += config.retention().toMillis() + 1;
            append(store, message("orders", 0, "x".repeat(50_000)));
            crank.flush();

            crank.keepHouse();
            assertThat(store.minOffset("orders", 0)).isZero();
            assertThat(follower.expiredTo).isZero();

            follower.releases = true;
            crank.keepHouse();
            assertThat(store.minOffset("orders", 0)).isEqualTo(1);
            assertThat(follower.expiredTo).isEqualTo(follower.seen.get(1).logOffset());
        }
    }

    private MessageStore open(LogFollower follower) throws IOException {
        crank = new HandCrank();
        return MessageStore.open(
                config, disk, () -> now, (topic, queueId, next, tags, time) -> {}, List.of(follower), crank);
    }

    private static final class Follower implements LogFollower {
        private final List<CommittedRecord> seen = new ArrayList<>();
        private long savedUpTo;
        private long expiredTo;
        private boolean releases = true;

        @Override
        public void follow(CommittedRecord record) {
            seen.add(record);
        }

        @Override
        public void save(long position) {
            savedUpTo = position;
        }

        @Override
        public long savedUpTo() {
            return savedUpTo;
        }

        @Override
        public void expire(long logStart) {
            expiredTo = logStart;
        }

        @Override
        public boolean releases(long logOffset) {
            return releases;
        }
    }
}
