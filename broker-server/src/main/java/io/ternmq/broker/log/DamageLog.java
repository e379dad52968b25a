package io.ternmq.broker.log;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each damaged place once, and counts them. Safe for any thread. */
final class DamageLog implements DamageVisitor {
    private static final Logger LOGGER = LoggerFactory.getLogger(DamageLog.class);
    /** Beyond that a place may be reported and counted again; the disk is lost anyway. */
    private static final int REMEMBERED = 10_000;

    private final Set<Long> known = new HashSet<>();
    private volatile long count;

    @Override
    public synchronized void damaged(Path file, long position, long logOffset, long bytes) {
        if (known.contains(logOffset)) {
            return;
        }
        if (known.size() < REMEMBERED) {
            known.add(logOffset);
        }
        count++;
        LOGGER.error(
                "commit log is damaged: file={}, position={}, logOffset={}, bytes={}; what was there is skipped,"
                        + " restore the file from a copy to have it back",
                file,
                position,
                logOffset,
                bytes);
    }

    /** How many places were found. */
    long count() {
        return count;
    }
}
