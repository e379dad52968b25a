package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints from time to time, deletes what is older than it may be or does not fit, and then has the {@link SpaceGuard}
 * look at the volume.
 *
 * <p>What goes: segments whose messages are all past the retention time; then, oldest first, segments beyond the log's size limit.
 * The segment that is written never goes.
 */
final class Housekeeper implements Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeper.class);
    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long CHECKPOINT_MILLIS = 30_000;
    private static final long CHECKPOINT_BYTES = 64L << 20;

    private final StoreConfig config;
    private final Clock clock;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final List<LogFollower> followers;
    private final Dispatcher dispatcher;
    private final Checkpoints checkpoints;
    private final DeletedTopics deletedTopics;
    private final SpaceGuard spaceGuard;

    private volatile Duration retention;

    // Only the agent's thread uses these.
    private long lastCheckpointMillis;

    Housekeeper(
            StoreConfig config,
            Files files,
            Clock clock,
            CommitLog log,
            ConsumeQueues queues,
            List<LogFollower> followers,
            Dispatcher dispatcher,
            Appender appender,
            Checkpoints checkpoints,
            DeletedTopics deletedTopics) {
        this.config = config;
        this.clock = clock;
        this.log = log;
        this.queues = queues;
        this.followers = followers;
        this.dispatcher = dispatcher;
        this.checkpoints = checkpoints;
        this.deletedTopics = deletedTopics;
        this.retention = config.retention();
        this.spaceGuard = new SpaceGuard(config, files, appender);
        this.lastCheckpointMillis = clock.millis();
    }

    /** Changes from the next round on how long messages are kept and how full the volume may be. */
    void keep(Duration messages, int diskSharePercent) {
        retention = messages;
        spaceGuard.allow(diskSharePercent);
    }

    @Override
    public String name() {
        return "ternmq-store";
    }

    @Override
    public long work() {
        try {
            checkpointIfDue();
            boolean deleted = deleteExpired();
            deleted |= deleteBeyondSize();
            if (deleted) {
                queues.expire(log.start());
                for (LogFollower follower : followers) {
                    follower.expire(log.start());
                }
                deletedTopics.forgetBefore(log.start());
            }
            spaceGuard.look();
        } catch (IOException e) {
            LOGGER.warn("store housekeeping failed, trying again: dataDir={}", config.dataDir(), e);
        }
        return PERIOD_NANOS;
    }

    private void checkpointIfDue() throws IOException {
        long behind = dispatcher.dispatched() - checkpoints.replayFrom();
        long now = clock.millis();
        if (behind >= CHECKPOINT_BYTES || (behind > 0 && now - lastCheckpointMillis >= CHECKPOINT_MILLIS)) {
            lastCheckpointMillis = now;
            checkpoints.write();
        }
    }

    private boolean deleteExpired() throws IOException {
        boolean deleted = false;
        long oldestKept = clock.millis() - retention.toMillis();
        while (oldestIsBefore(oldestKept) && deleteOldest("messages are past the retention time")) {
            deleted = true;
        }
        return deleted;
    }

    /** Store times never go back, so that the first message of the next segment tells that all before are as old or older. */
    private boolean oldestIsBefore(long oldestKept) throws IOException {
        long next = log.endOfOldestSealed();
        if (next < 0 || next >= dispatcher.committed()) {
            return false;
        }
        Optional<ByteBuffer> record = log.record(next);
        return record.isPresent() && Records.storeTimestamp(record.get()) < oldestKept;
    }

    private boolean deleteBeyondSize() throws IOException {
        boolean deleted = false;
        while (config.maxTotalBytes() > 0
                && log.end() - log.start() > config.maxTotalBytes()
                && deleteOldest("log is larger than maxTotalBytes=" + config.maxTotalBytes())) {
            deleted = true;
        }
        return deleted;
    }

    /** Deletes the oldest segment if it is not written any more and all of it is committed. */
    private boolean deleteOldest(String why) throws IOException {
        long end = log.endOfOldestSealed();
        if (end < 0 || end > dispatcher.dispatched()) {
            return false;
        }
        boolean released = true;
        for (LogFollower follower : followers) {
            released &= follower.releases(end);
        }
        if (!released) {
            return false;
        }
        if (end > checkpoints.replayFrom()) {
            checkpoints.write();
            if (end > checkpoints.replayFrom()) {
                return false;
            }
        }
        long start = log.start();
        log.deleteOldest();
        LOGGER.warn("deleted the oldest messages: from={}, to={}, reason={}", start, end, why);
        return true;
    }
}
