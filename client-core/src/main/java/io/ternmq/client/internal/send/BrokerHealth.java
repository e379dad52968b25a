package io.ternmq.client.internal.send;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Remembers which brokers have failed lately, or are slow, so that sends go elsewhere as long as there is an elsewhere.
 *
 * <p>A broker is slow if its last answer took {@value #SLOW_MILLIS} ms or more. It is avoided for a few times as long,
 * and then tried again: what was slow once, such as a full page cache, may be over.
 */
final class BrokerHealth {

    static final long NOT_REACHED_NANOS = TimeUnit.SECONDS.toNanos(2);
    static final long NO_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long SLOW_MILLIS = 250;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS);
    private static final int AVOIDED_TIMES_AS_LONG = 8;

    private final LongSupplier nanoClock;
    private final Map<String, Long> avoidedUntil = new ConcurrentHashMap<>();

    /**
     * Creates one that finds all brokers good.
     *
     * @param nanoClock as {@link System#nanoTime()}
     */
    BrokerHealth(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void failed(String brokerName, long avoidNanos) {
        avoidedUntil.put(brokerName, nanoClock.getAsLong() + avoidNanos);
    }

    /** Takes note of how long a broker has taken to store something. */
    void answered(String brokerName, long nanos) {
        if (nanos >= SLOW_NANOS) {
            failed(brokerName, Math.min(NO_ANSWER_NANOS, nanos * AVOIDED_TIMES_AS_LONG));
        } else if (!avoidedUntil.isEmpty()) {
            avoidedUntil.remove(brokerName);
        }
    }

    boolean isGood(String brokerName) {
        if (avoidedUntil.isEmpty()) {
            return true;
        }
        Long until = avoidedUntil.get(brokerName);
        return until == null || until - nanoClock.getAsLong() < 0;
    }
}
