package io.ternmq.broker.statistics;

import io.ternmq.broker.statistics.Samples.Sample;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what flows through one place. Counting is for any thread and does not wait; the rest takes a short lock. */
public final class Flow {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder times = new LongAdder();
    private final Samples recent;
    private final Samples lastHour = new Samples(7);
    private final Samples lastDay = new Samples(25);

    /**
     * Starts from zero.
     *
     * @param recentSamples how many of the latest samples to keep, one for each {@link Statistics#PERIOD}
     */
    Flow(int recentSamples, long now) {
        this.recent = new Samples(recentSamples);
        Sample zero = new Sample(now, 0, 0, 0);
        recent.add(zero);
        lastHour.add(zero);
        lastDay.add(zero);
    }

    void add(int count, long size) {
        messages.add(count);
        bytes.add(size);
        times.increment();
    }

    /** Returns how many messages there were since the start. */
    public long messages() {
        return messages.sum();
    }

    /** Returns how many bytes there were since the start. */
    public long bytes() {
        return bytes.sum();
    }

    /** Returns what has flowed in the last minute. */
    public Amounts lastMinute(long now) {
        return last(MINUTE, now);
    }

    /** Returns what has flowed in about the last while, as far back as samples go. */
    public synchronized Amounts last(Duration age, long now) {
        return since(recent.before(now, age), now);
    }

    /** Returns what has flowed in the last hour. */
    public synchronized Amounts lastHour(long now) {
        return since(lastHour.before(now, HOUR), now);
    }

    /** Returns what has flowed in the last day. */
    public synchronized Amounts lastDay(long now) {
        return since(lastDay.before(now, DAY), now);
    }

    /** Takes a sample, the n-th of all. */
    synchronized void sample(long now, long n) {
        Sample sample = new Sample(now, messages.sum(), bytes.sum(), times.sum());
        recent.add(sample);
        if (n % Statistics.SAMPLES_OF_TEN_MINUTES == 0) {
            lastHour.add(sample);
        }
        if (n % Statistics.SAMPLES_OF_AN_HOUR == 0) {
            lastDay.add(sample);
        }
    }

    private Amounts since(Sample start, long now) {
        return new Amounts(
                messages.sum() - start.messages(),
                bytes.sum() - start.bytes(),
                times.sum() - start.times(),
                Duration.ofMillis(Math.max(0, now - start.time())));
    }
}
