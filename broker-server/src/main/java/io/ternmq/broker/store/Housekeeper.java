package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.Clock;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes checkpoints from time to time, and has {@link Retention} and {@link SpaceGuard} do their work. */
final class Housekeeper implements Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeper.class);
    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long CHECKPOINT_MILLIS = 30_000;
    private static final long CHECKPOINT_BYTES = 64L << 20;

    private final StoreConfig config;
    private final Clock clock;
    private final Dispatcher dispatcher;
    private final Checkpoints checkpoints;
    private final Retention retention;
    private final SpaceGuard spaceGuard;

    /** Only the agent's thread uses it. */
    private long lastCheckpointMillis;

    Housekeeper(
            StoreConfig config,
            Clock clock,
            Dispatcher dispatcher,
            Checkpoints checkpoints,
            Retention retention,
            SpaceGuard spaceGuard) {
        this.config = config;
        this.clock = clock;
        this.dispatcher = dispatcher;
        this.checkpoints = checkpoints;
        this.retention = retention;
        this.spaceGuard = spaceGuard;
        this.lastCheckpointMillis = clock.millis();
    }

    /** Changes from the next round on how long messages are kept and how full the volume may be. */
    void keep(Duration messages, int diskSharePercent) {
        retention.keep(messages);
        spaceGuard.allow(diskSharePercent);
    }

    @Override
    public String name() {
        return "ternmq-store";
    }

    @Override
    public long work() {
        // Each by itself: on a full disk no checkpoint can be written, and what is past its time must go all the more.
        attempt(this::checkpointIfDue);
        attempt(retention::work);
        attempt(spaceGuard::look);
        return PERIOD_NANOS;
    }

    private void attempt(Chore chore) {
        try {
            chore.run();
        } catch (IOException e) {
            LOGGER.warn("store housekeeping failed, trying again: dataDir={}", config.dataDir(), e);
        }
    }

    @FunctionalInterface
    private interface Chore {
        void run() throws IOException;
    }

    private void checkpointIfDue() throws IOException {
        long behind = dispatcher.dispatched() - checkpoints.replayFrom();
        long now = clock.millis();
        if (behind >= CHECKPOINT_BYTES || (behind > 0 && now - lastCheckpointMillis >= CHECKPOINT_MILLIS)) {
            lastCheckpointMillis = now;
            checkpoints.write();
        }
    }
}
