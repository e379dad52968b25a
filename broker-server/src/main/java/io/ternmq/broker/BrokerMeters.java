package io.ternmq.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.ternmq.broker.store.MessageStore;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one broker, with its name as the tag {@code broker}. They are in the registry of the user as long as the broker runs. If
 * there is none there are no meters, and Micrometer is not set up, which would cost a cold start tens of milliseconds.
 */
final class BrokerMeters implements AutoCloseable {
    private final @Nullable MeterRegistry users;
    private final @Nullable CompositeMeterRegistry meters;

    BrokerMeters(@Nullable MeterRegistry users, String brokerName) {
        this.users = users;
        if (users == null) {
            this.meters = null;
            return;
        }
        this.meters = new CompositeMeterRegistry();
        meters.config().commonTags("broker", brokerName);
        meters.add(users);
    }

    /** Where the parts of the broker make their meters, if anywhere. */
    @Nullable
    MeterRegistry registry() {
        return meters;
    }

    /** Adds what the store knows by itself. */
    void watch(MessageStore store) {
        if (meters == null) {
            return;
        }
        Gauge.builder(
                        "ternmq.broker.log.size",
                        store,
                        each -> each.totals().maxLogOffset() - each.totals().minLogOffset())
                .description("Messages that are kept")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("ternmq.broker.log.segments", store, each -> each.totals().segments())
                .description("Files of the log")
                .register(meters);
        Gauge.builder("ternmq.broker.disk.used", store, each -> each.totals().diskUsedPercent())
                .description("Used share of the volume, by whomever")
                .baseUnit("percent")
                .register(meters);
        Gauge.builder("ternmq.broker.accepting", store, each -> each.refusal().isEmpty() ? 1 : 0)
                .description("Whether messages are accepted: 0 if the disk is full or fails")
                .register(meters);
        FunctionCounter.builder(
                        "ternmq.broker.log.damaged",
                        store,
                        each -> each.totals().damagedRecords())
                .description("Damaged places found in the log since the start")
                .register(meters);
    }

    /** Takes the meters out of the user's registry. */
    @Override
    public void close() {
        if (users != null && meters != null) {
            meters.getMeters().forEach(meter -> users.remove(meter.getId()));
        }
    }
}
