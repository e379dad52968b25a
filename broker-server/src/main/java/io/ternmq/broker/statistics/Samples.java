package io.ternmq.broker.statistics;

import java.time.Duration;

/** The latest totals of a flow, each with its time. Not thread safe. */
final class Samples {
    private final Sample[] ring;
    private int count;
    private int next;

    Samples(int most) {
        this.ring = new Sample[most];
    }

    void add(Sample sample) {
        ring[next] = sample;
        next = (next + 1) % ring.length;
        count = Math.min(count + 1, ring.length);
    }

    /** Returns the youngest sample of at least this age, or else the oldest of all. */
    Sample before(long now, Duration age) {
        Sample found = null;
        for (int i = 1; i <= count; i++) {
            found = ring[Math.floorMod(next - i, ring.length)];
            if (now - found.time() >= age.toMillis()) {
                break;
            }
        }
        if (found == null) {
            throw new IllegalStateException("there is no sample");
        }
        return found;
    }

    /** Totals at an instant, epoch milliseconds. */
    record Sample(long time, long messages, long bytes, long times) {}
}
