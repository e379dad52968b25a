package io.ternmq.client.internal.receive;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The messages of one pull. Counting them together makes finishing one a single atomic step, without a lock. */
final class Batch {

    private final List<Entry> entries;
    private final AtomicInteger open;

    Batch(int size) {
        this.entries = new ArrayList<>(size);
        this.open = new AtomicInteger(size);
    }

    List<Entry> entries() {
        return entries;
    }

    /** One more is done. Tells whether it was the last. */
    boolean finishOne() {
        return open.decrementAndGet() == 0;
    }

    boolean isDone() {
        return open.get() == 0;
    }

    /** The lowest offset that is not done, or -1. */
    long lowestOpenOffset() {
        for (Entry entry : entries) {
            if (!entry.isDone()) {
                return entry.stored().queueOffset();
            }
        }
        return -1;
    }
}
