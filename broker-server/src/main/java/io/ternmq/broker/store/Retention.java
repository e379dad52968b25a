package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes segments whose messages are all past the retention time, then, oldest first, segments beyond the log's size limit. The segment
 * that is written never goes. Tells the {@link UnreadWatch} what goes, and what will before the last tenth of its time or room is used up.
 * For the housekeeping thread.
 */
final class Retention {
    private static final Logger LOGGER = LoggerFactory.getLogger(Retention.class);
    private static final long LOOK_AHEAD_EVERY_MILLIS = 60_000;

    private final StoreConfig config;
    private final Clock clock;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final List<LogFollower> followers;
    private final Dispatcher dispatcher;
    private final Checkpoints checkpoints;
    private final DeletedTopics deletedTopics;
    private final UnreadWatch watch;

    private volatile Duration time;

    /** Everything derived from the log before is gone too. */
    private long expiredTo;

    private long nextLookMillis = Long.MIN_VALUE;
    private boolean toldOfSome;

    Retention(
            StoreConfig config,
            Clock clock,
            CommitLog log,
            ConsumeQueues queues,
            List<LogFollower> followers,
            Dispatcher dispatcher,
            Checkpoints checkpoints,
            DeletedTopics deletedTopics,
            UnreadWatch watch) {
        this.config = config;
        this.clock = clock;
        this.log = log;
        this.queues = queues;
        this.followers = followers;
        this.dispatcher = dispatcher;
        this.checkpoints = checkpoints;
        this.deletedTopics = deletedTopics;
        this.watch = watch;
        this.time = config.retention();
        this.expiredTo = log.start();
    }

    /** Changes from the next round on how long messages are kept. For any thread. */
    void keep(Duration messages) {
        time = messages;
    }

    /** Deletes what is due, and tells what will be next. */
    void work() throws IOException {
        long oldestKept = clock.millis() - time.toMillis();
        while (newestOfOldestSegment() < oldestKept
                && deleteOldest("messages are past the retention time of " + time)) {
            nextLookMillis = Long.MIN_VALUE;
        }
        while (config.maxTotalBytes() > 0
                && log.end() - log.start() > config.maxTotalBytes()
                && deleteOldest("log is larger than its limit of " + config.maxTotalBytes() + " bytes")) {
            nextLookMillis = Long.MIN_VALUE;
        }
        if (log.start() > expiredTo) {
            queues.expire(log.start());
            for (LogFollower follower : followers) {
                follower.expire(log.start());
            }
            // Where the last checkpoint reaches no further than a deletion, it may still have the queues as before.
            deletedTopics.forgetUpTo(Math.min(log.start(), checkpoints.replayFrom() - 1));
            expiredTo = log.start();
        }
        if (clock.millis() >= nextLookMillis) {
            nextLookMillis = clock.millis() + LOOK_AHEAD_EVERY_MILLIS;
            lookAhead();
        }
    }

    private void lookAhead() throws IOException {
        long end = log.endOfOldestSealed();
        String reason = end < 0 ? null : whySoon();
        if (reason != null) {
            toldOfSome = true;
            watch.leavingSoon(spansBefore(end), reason);
        } else if (toldOfSome) {
            toldOfSome = false;
            watch.leavingSoon(List.of(), "");
        }
    }

    private @Nullable String whySoon() throws IOException {
        long newest = newestOfOldestSegment();
        long left = newest == Long.MAX_VALUE ? Long.MAX_VALUE : newest + time.toMillis() - clock.millis();
        if (left <= time.toMillis() / 10) {
            return "the retention time of " + time + " ends in "
                    + Duration.ofMillis(Math.max(0, left)).truncatedTo(ChronoUnit.SECONDS);
        }
        if (config.maxTotalBytes() > 0 && log.end() - log.start() > config.maxTotalBytes() / 10 * 9) {
            return "the log has " + (log.end() - log.start()) + " of " + config.maxTotalBytes() + " bytes";
        }
        return null;
    }

    /**
     * No message of the oldest segment was stored later; the largest number if that segment must stay. Store times never go back, so
     * the first message of the next segment tells.
     */
    private long newestOfOldestSegment() throws IOException {
        long next = log.endOfOldestSealed();
        if (next < 0 || next >= dispatcher.committed()) {
            return Long.MAX_VALUE;
        }
        Optional<ByteBuffer> record = log.record(next);
        return record.isPresent() ? Records.storeTimestamp(record.get()) : Long.MAX_VALUE;
    }

    private List<QueueSpan> spansBefore(long logOffset) throws IOException {
        List<QueueSpan> spans = new ArrayList<>();
        queues.spansBefore(
                log.start(),
                logOffset,
                (topic, queueId, from, to) -> spans.add(new QueueSpan(topic, queueId, from, to)));
        return spans;
    }

    /** Deletes the oldest segment if it is not written any more, all of it is committed, and nobody objects. */
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
        if (!watch.leaving(spansBefore(end), why)) {
            return false;
        }
        long start = log.start();
        log.deleteOldest();
        LOGGER.info("deleted the oldest messages: from={}, to={}, reason={}", start, end, why);
        return true;
    }
}
