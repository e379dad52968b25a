package io.ternmq.broker.schedule;

import java.time.Duration;
import java.util.List;

/** The delay levels: 1 s, 5 s, 10 s, 30 s, 1 to 10 min, 20 min, 30 min, 1 h, 2 h, numbered from 1. Immutable. */
public final class DelayLevels {
    private static final List<Duration> STANDARD = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(4),
            Duration.ofMinutes(5),
            Duration.ofMinutes(6),
            Duration.ofMinutes(7),
            Duration.ofMinutes(8),
            Duration.ofMinutes(9),
            Duration.ofMinutes(10),
            Duration.ofMinutes(20),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2));

    private final List<Duration> delays;

    private DelayLevels(List<Duration> delays) {
        this.delays = delays;
    }

    /** Returns the levels that clients expect. */
    public static DelayLevels standard() {
        return new DelayLevels(STANDARD);
    }

    /** Returns the standard levels made shorter by a factor, so that a test of retries need not take minutes. */
    public DelayLevels dividedBy(int factor) {
        return new DelayLevels(
                delays.stream().map(delay -> delay.dividedBy(factor)).toList());
    }

    /** Returns how many levels there are. */
    public int count() {
        return delays.size();
    }

    /** Returns the delay of a level of at least 1; one above {@link #count()} counts as the highest. */
    public Duration delay(int level) {
        return delays.get(Math.min(level, count()) - 1);
    }
}
