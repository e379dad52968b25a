package io.ternmq.broker;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.query.KeyIndex;
import io.ternmq.broker.schedule.TimerIndex;
import io.ternmq.broker.store.LogFollower;
import io.ternmq.broker.transaction.HalfMessages;
import io.ternmq.broker.transaction.TransactionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the broker derives from its log besides the consume queues; opened before the store is. All of it is in {@value #DIRECTORY} of the
 * data directory, which may be deleted as long as the log is replayed from its start then.
 */
record Followers(KeyIndex keys, HalfMessages halves, TimerIndex timers) {
    static final String DIRECTORY = "index";

    static Followers open(Files files, Path dataDirectory, TransactionConfig transactions) throws IOException {
        Path indexes = dataDirectory.resolve(DIRECTORY);
        return new Followers(
                KeyIndex.open(files, indexes.resolve("keys")),
                HalfMessages.open(files, indexes.resolve("transactions"), transactions),
                TimerIndex.open(files, indexes));
    }

    List<LogFollower> all() {
        return List.of(keys, halves, timers);
    }

    /** These, and one that keeps nothing on disk. */
    List<LogFollower> allAnd(LogFollower other) {
        return List.of(keys, halves, timers, other);
    }
}
