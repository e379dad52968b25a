package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.file.DiskSpace;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the log's next segment ready before it is needed, a small piece at a time, where every message waits for the disk. It is a
 * matter of speed alone: where there is little space, or the disk does not take it, the log goes on without.
 */
final class SegmentPreparer implements Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(SegmentPreparer.class);
    private static final long BETWEEN_PIECES_NANOS = 5_000_000L;
    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long PAUSE_AFTER_FAILURE_NANOS = 60_000_000_000L;
    /** What must be free, in segments. */
    private static final int FREE = 4;

    private final StoreConfig config;
    private final Files files;
    private final CommitLog log;

    SegmentPreparer(StoreConfig config, Files files, CommitLog log) {
        this.config = config;
        this.files = files;
        this.log = log;
    }

    @Override
    public String name() {
        return "ternmq-prepare";
    }

    @Override
    public long work() {
        try {
            return hasRoom() && log.prepareNext() ? BETWEEN_PIECES_NANOS : PERIOD_NANOS;
        } catch (IOException e) {
            LOGGER.warn("next segment could not be prepared, going on without: dataDir={}", config.dataDir(), e);
            return PAUSE_AFTER_FAILURE_NANOS;
        }
    }

    private boolean hasRoom() throws IOException {
        DiskSpace space = files.space(config.dataDir());
        return space.usedPercent() < config.diskSharePercent() && space.usableBytes() / FREE >= config.segmentBytes();
    }
}
