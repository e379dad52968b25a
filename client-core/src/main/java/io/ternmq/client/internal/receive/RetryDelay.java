package io.ternmq.client.internal.receive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a failed message comes again.
 *
 * @param level the delay level for brokers that know only those; 0: the broker decides, by how often it has failed
 * @param millis the exact delay, or {@code null} if none was asked for
 */
record RetryDelay(int level, @Nullable Long millis) {

    /** The delay grows with the number of failures. */
    static final RetryDelay BROKER_DECIDES = new RetryDelay(0, null);

    /** The delay after a listener has not come to an end: 10 seconds. */
    static final RetryDelay AFTER_TIMEOUT = new RetryDelay(3, null);

    /** The usual levels of Apache RocketMQ, in seconds; the first is level 1. */
    private static final int[] LEVELS = {
        1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200
    };

    private static final int FIRST_RETRY_LEVEL = 3;

    /** The exact delay; where the broker would decide, by how often the message has failed before. */
    long millisAfter(int failures) {
        if (millis != null) {
            return millis;
        }
        int decided = level > 0 ? level : FIRST_RETRY_LEVEL + failures;
        return LEVELS[Math.min(decided, LEVELS.length) - 1] * 1000L;
    }

    static RetryDelay of(@Nullable Duration delay) {
        if (delay == null) {
            return BROKER_DECIDES;
        }
        long millis = delay.toMillis();
        int nearest = 0;
        for (int i = 1; i < LEVELS.length; i++) {
            if (Math.abs(LEVELS[i] * 1000L - millis) < Math.abs(LEVELS[nearest] * 1000L - millis)) {
                nearest = i;
            }
        }
        return new RetryDelay(nearest + 1, millis);
    }
}
