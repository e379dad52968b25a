package io.ternmq.benchmarks.load;

import java.util.concurrent.TimeUnit;

/**
 * Tells one thread when its next send is due. A send that could not begin in time because the one before took too long counts
 * from when it was due, so that a stalled broker cannot hide the sends it has kept from being made.
 */
final class Pace {
    private final long intervalNanos;
    private long dueNanos;

    /** Begins now, shifted by a share of the interval so that threads do not send all at once. */
    Pace(double perSecond, double shift) {
        this.intervalNanos = (long) (1e9 / perSecond);
        this.dueNanos = System.nanoTime() + (long) (intervalNanos * shift);
    }

    /** Waits until the next send is due, and returns the instant from which to count. */
    long await() throws InterruptedException {
        long due = dueNanos;
        dueNanos += intervalNanos;
        long now = System.nanoTime();
        if (now >= due) {
            return due;
        }
        TimeUnit.NANOSECONDS.sleep(due - now);
        return System.nanoTime();
    }
}
