package io.ternmq.broker.statistics;

import java.time.Duration;

/**
 * What has flowed within a span of time.
 *
 * @param messages messages
 * @param bytes bytes of their records
 * @param times how often something flowed, whatever the number of messages
 * @param span the time that it took
 */
public record Amounts(long messages, long bytes, long times, Duration span) {
    /** Returns how many there were in each second, of a number out of these amounts. */
    public double perSecond(long number) {
        return number * 1000.0 / Math.max(1000, span.toMillis());
    }
}
