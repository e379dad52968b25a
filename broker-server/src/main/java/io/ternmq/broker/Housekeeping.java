package io.ternmq.broker;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.group.QueueLocks;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves small state every {@link #INTERVAL}, drops clients and locks that have expired, and samples the statistics. Runs on the thread {@code ternmq-housekeeping}. */
final class Housekeeping implements Agent {
    /** What a crash may take back of offsets. */
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final List<Saving> savings;
    private final Consumers consumers;
    private final Producers producers;
    private final QueueLocks locks;
    private final Offsets offsets;
    private final Statistics statistics;

    Housekeeping(
            Topics topics,
            GroupSettings groups,
            Offsets offsets,
            Consumers consumers,
            Producers producers,
            QueueLocks locks,
            Statistics statistics) {
        this.offsets = offsets;
        this.statistics = statistics;
        this.savings = List.of(topics::save, groups::save, offsets::save);
        this.consumers = consumers;
        this.producers = producers;
        this.locks = locks;
    }

    @Override
    public String name() {
        return "ternmq-housekeeping";
    }

    @Override
    public long work() {
        save();
        consumers.expire();
        producers.expire();
        locks.expire();
        offsets.dropResets(group -> consumers.find(group) == null);
        statistics.sample();
        return INTERVAL.toNanos();
    }

    /** Saves what is not on disk; what cannot be saved is tried again next time. */
    void save() {
        for (Saving saving : savings) {
            try {
                saving.save();
            } catch (IOException e) {
                LOG.error("state cannot be saved, trying again: reason={}", e.getMessage());
            }
        }
    }

    @FunctionalInterface
    private interface Saving {
        void save() throws IOException;
    }
}
