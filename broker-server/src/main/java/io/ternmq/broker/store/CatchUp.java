package io.ternmq.broker.store;

import io.ternmq.broker.log.CommitLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the log to followers that have on disk less than the checkpoint says: they are new in this data directory, or their files
 * were damaged or deleted. They save on the way, so that memory holds no more of what they derive than in daily life.
 */
final class CatchUp {
    private static final Logger LOGGER = LoggerFactory.getLogger(CatchUp.class);
    private static final long SAVED_AT_ONCE = 64L << 20;

    private final CommitLog log;
    private final List<LogFollower> behind;
    private final long to;
    private long lastSave;
    private long records;

    private CatchUp(CommitLog log, List<LogFollower> behind, long from, long to) {
        this.log = log;
        this.behind = behind;
        this.lastSave = from;
        this.to = to;
    }

    /** Brings all up to the record that starts at {@code to}. */
    static void run(CommitLog log, List<LogFollower> followers, long to) throws IOException {
        if (log.segmentCount() == 0) {
            return;
        }
        List<LogFollower> behind =
                followers.stream().filter(follower -> follower.savedUpTo() < to).toList();
        long from = behind.stream().mapToLong(LogFollower::savedUpTo).min().orElse(to);
        if (Math.max(from, log.start()) < to) {
            new CatchUp(log, behind, Math.max(from, log.start()), to).run();
        }
    }

    private void run() throws IOException {
        LOGGER.info(
                "rebuilding what is derived from the log: from={}, to={}, followers={}", lastSave, to, behind.size());
        try {
            log.replay(lastSave, to, this::show);
        } catch (UncheckedIOException e) {
            throw new IOException("what is derived from the log cannot be rebuilt: reason=" + e.getMessage(), e);
        }
        LOGGER.info("rebuilt what is derived from the log: to={}, messages={}", to, records);
    }

    private void show(long logOffset, ByteBuffer record) {
        if (logOffset - lastSave >= SAVED_AT_ONCE) {
            save(logOffset);
        }
        CommittedRecord committed = CommittedRecord.of(logOffset, record);
        for (LogFollower follower : behind) {
            if (follower.savedUpTo() <= logOffset) {
                follower.follow(committed);
            }
        }
        records++;
    }

    private void save(long position) {
        try {
            for (LogFollower follower : behind) {
                if (follower.savedUpTo() < position) {
                    follower.save(position);
                }
            }
            lastSave = position;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
