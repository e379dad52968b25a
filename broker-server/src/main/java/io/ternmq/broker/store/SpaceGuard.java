package io.ternmq.broker.store;

import io.ternmq.broker.file.DiskSpace;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses appends while the volume is used above its share, and accepts them again when there is space. Nothing is deleted for it:
 * what is not past its time may be unread. For the housekeeping thread.
 */
final class SpaceGuard {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpaceGuard.class);

    private final StoreConfig config;
    private final Files files;
    private final Appender appender;

    private volatile int diskSharePercent;

    /** The refusal that was made here and must be taken back. */
    private @Nullable StoreException diskFull;

    SpaceGuard(StoreConfig config, Files files, Appender appender) {
        this.config = config;
        this.files = files;
        this.appender = appender;
        this.diskSharePercent = config.diskSharePercent();
    }

    /** Changes from the next look on how full the volume may be. For any thread. */
    void allow(int sharePercent) {
        diskSharePercent = sharePercent;
    }

    /** Looks at the volume. */
    void look() throws IOException {
        DiskSpace space = files.space(config.dataDir());
        boolean full = space.usedPercent() > diskSharePercent;
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
    }

    private StoreException refuse(DiskSpace space) {
        StoreException reason = new StoreException(
                Kind.DISK_FULL,
                "volume is too full to accept messages: directory=" + config.dataDir() + ", used=" + space.usedPercent()
                        + " %, allowed=" + diskSharePercent + " %, free=" + space.usableBytes()
                        + " bytes; free some space, shorten the retention or raise the share; no restart is needed when"
                        + " there is space");
        appender.refuse(reason);
        LOGGER.error(reason.getMessage());
        return reason;
    }
}
