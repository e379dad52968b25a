package io.ternmq.broker.transaction;

import java.time.Duration;

/**
 * Settings of transactional messages, checked on construction.
 *
 * @param immunity how long a half message is left alone before the first check, unless it says otherwise itself
 * @param checkInterval pause between two checks of one message
 * @param maxChecks after so many checks without an outcome a message is given up; 0: never
 * @param maxPending so many half messages may wait for their outcome; more are refused as long as that is so
 */
public record TransactionConfig(Duration immunity, Duration checkInterval, int maxChecks, int maxPending) {
    private static final Duration LONGEST = Duration.ofDays(7);

    /** Checks every setting. */
    public TransactionConfig {
        check(immunity, "transaction-check-immunity");
        check(checkInterval, "transaction-check-interval");
        if (maxChecks < 0) {
            throw new IllegalArgumentException("transaction-max-checks is negative: transaction-max-checks=" + maxChecks
                    + "; use 0 for any number, or a number of checks");
        }
        if (maxPending < 1 || maxPending > 10_000_000) {
            throw new IllegalArgumentException("transaction-max-pending is out of range: transaction-max-pending="
                    + maxPending + "; use 1 to 10000000");
        }
    }

    /** First check after 6 s, then every 5 s, for ever; at most 100,000 half messages at a time. */
    public static TransactionConfig defaults() {
        return new TransactionConfig(Duration.ofSeconds(6), Duration.ofSeconds(5), 0, 100_000);
    }

    private static void check(Duration value, String name) {
        if (value.compareTo(Duration.ofMillis(100)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " is out of range: " + name + "=" + value + "; use 100ms to 7d, such as 6s");
        }
    }
}
