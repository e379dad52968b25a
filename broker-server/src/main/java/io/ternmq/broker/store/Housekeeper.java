package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.DiskSpace;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints from time to time, deletes what is older than it may be or does not fit, and refuses appends while the volume
 * is too full.
 *
 * <p>What goes: segments whose messages are all past the retention time; then, oldest first, segments beyond the log's size limit;
 * then, while the volume is used above its share, the oldest. The segment that is written never goes. If there is nothing left to
 * delete, the share is exceeded and less than {@value #ENOUGH_FREE_BYTES} bytes are free, appends are refused until that ends.
 */
final class Housekeeper implements Agent {
    static final long ENOUGH_FREE_BYTES = 1L << 30;

    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeper.class);
    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long CHECKPOINT_MILLIS = 30_000;
    private static final long UNTIL_FREED_MILLIS = 300_000;
    private static final long CHECKPOINT_BYTES = 64L << 20;

    private final StoreConfig config;
    private final Files files;
    private final Clock clock;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final List<LogFollower> followers;
    private final Dispatcher dispatcher;
    private final Appender appender;
    private final Checkpoints checkpoints;
    private final DeletedTopics deletedTopics;

    // Only the agent's thread uses these.
    private long lastCheckpointMillis;
    private long freedBytes;
    private long freedMillis;
    private @Nullable StoreException diskFull;

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
        this.files = files;
        this.clock = clock;
        this.log = log;
        this.queues = queues;
        this.followers = followers;
        this.dispatcher = dispatcher;
        this.appender = appender;
        this.checkpoints = checkpoints;
        this.deletedTopics = deletedTopics;
        this.lastCheckpointMillis = clock.millis();
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
            deleted |= keepShare();
            if (deleted) {
                queues.expire(log.start());
                for (LogFollower follower : followers) {
                    follower.expire(log.start());
                }
                deletedTopics.forgetBefore(log.start());
            }
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
        long oldestKept = clock.millis() - config.retention().toMillis();
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

    private boolean keepShare() throws IOException {
        boolean deleted = false;
        DiskSpace space = files.space(config.dataDir());
        while (bytesToFree(space) > 0) {
            long start = log.start();
            if (!deleteOldest(
                    "volume is used to " + space.usedPercent() + " %, diskSharePercent=" + config.diskSharePercent())) {
                break;
            }
            deleted = true;
            freedBytes += log.start() - start;
            freedMillis = clock.millis();
        }
        boolean full = space.usedPercent() > config.diskSharePercent() && space.usableBytes() < ENOUGH_FREE_BYTES;
        appender.lock().lock();
        try {
            StoreException current = appender.refusal();
            if (full && current == null) {
                diskFull = refuse(space);
            } else if (!full && current != null && current == diskFull) {
                appender.refuse(null);
                diskFull = null;
                LOGGER.warn(
                        "volume has space again, messages are accepted: directory={}, used={} %",
                        config.dataDir(), space.usedPercent());
            }
        } finally {
            appender.lock().unlock();
        }
        return deleted;
    }

    /**
     * By how much the volume is used above its share. A deleted file takes space until the last view of it is gone, so what was
     * deleted a short time ago counts as free already; else one look too early would cost all messages.
     */
    private long bytesToFree(DiskSpace space) {
        if (clock.millis() - freedMillis > UNTIL_FREED_MILLIS) {
            freedBytes = 0;
        }
        long allowed = space.totalBytes() / 100 * config.diskSharePercent();
        return space.totalBytes() - space.usableBytes() - allowed - freedBytes;
    }

    private StoreException refuse(DiskSpace space) {
        StoreException reason = new StoreException(
                Kind.DISK_FULL,
                "volume is too full to accept messages: directory=" + config.dataDir() + ", used=" + space.usedPercent()
                        + " %, allowed=" + config.diskSharePercent() + " %, free=" + space.usableBytes()
                        + " bytes; free some space or raise the share, no restart is needed");
        appender.refuse(reason);
        LOGGER.error(reason.getMessage());
        return reason;
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
