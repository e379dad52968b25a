package io.ternmq.client.internal.receive;

import io.ternmq.protocol.body.ConsumerRunningInfo.TopicRates;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How fast a consumer gets on with each topic. Counting is for any thread and does not wait. */
final class ConsumeRates {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Rates are those since the older of two marks, so of the last one to two periods. */
    static final long PERIOD_SECONDS = 30;

    private final LongSupplier nanoClock;
    private final Map<String, Counts> topics = new ConcurrentHashMap<>();
    private Mark older;
    private Mark newer;

    ConsumeRates(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.older = new Mark(nanoClock.getAsLong(), Map.of());
        this.newer = older;
    }

    void pulled(String topic, int messages, long nanos) {
        Counts counts = counts(topic);
        counts.pulled.add(messages);
        counts.pulls.increment();
        counts.pullNanos.add(nanos);
    }

    void consumed(String topic, int messages, boolean ok, long nanos) {
        Counts counts = counts(topic);
        (ok ? counts.ok : counts.failed).add(messages);
        counts.nanos.add(nanos);
    }

    private Counts counts(String topic) {
        Counts counts = topics.get(topic);
        return counts != null ? counts : topics.computeIfAbsent(topic, absent -> new Counts());
    }

    /** Sets a mark; called every {@link #PERIOD_SECONDS}. */
    synchronized void mark() {
        older = newer;
        newer = new Mark(nanoClock.getAsLong(), totals());
    }

    synchronized Map<String, TopicRates> rates() {
        Map<String, TopicRates> rates = new HashMap<>();
        double seconds = Math.max(1, (nanoClock.getAsLong() - older.nanos) / NANOS_PER_SECOND);
        totals().forEach((topic, now) -> {
            Totals since = now.minus(older.totals.getOrDefault(topic, Totals.NONE));
            long handled = since.ok + since.failed;
            rates.put(
                    topic,
                    new TopicRates(
                            since.pulls == 0 ? 0 : since.pullNanos / NANOS_PER_MILLI / since.pulls,
                            since.pulled / seconds,
                            handled == 0 ? 0 : since.nanos / NANOS_PER_MILLI / handled,
                            since.ok / seconds,
                            since.failed / seconds,
                            now.failed));
        });
        return rates;
    }

    private Map<String, Totals> totals() {
        Map<String, Totals> totals = new HashMap<>();
        topics.forEach((topic, counts) -> totals.put(topic, counts.totals()));
        return totals;
    }

    private static final class Counts {
        private final LongAdder pulled = new LongAdder();
        private final LongAdder pulls = new LongAdder();
        private final LongAdder pullNanos = new LongAdder();
        private final LongAdder ok = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        Totals totals() {
            return new Totals(pulled.sum(), pulls.sum(), pullNanos.sum(), ok.sum(), failed.sum(), nanos.sum());
        }
    }

    private record Totals(long pulled, long pulls, long pullNanos, long ok, long failed, long nanos) {
        private static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

        Totals minus(Totals other) {
            return new Totals(
                    pulled - other.pulled,
                    pulls - other.pulls,
                    pullNanos - other.pullNanos,
                    ok - other.ok,
                    failed - other.failed,
                    nanos - other.nanos);
        }
    }

    private record Mark(long nanos, Map<String, Totals> totals) {}
}
