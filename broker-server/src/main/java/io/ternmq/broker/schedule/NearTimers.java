package io.ternmq.broker.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers in the order in which they are due, those of one instant in the order of the log: a binary heap over plain arrays, 24 bytes a
 * timer. Not safe for threads.
 */
final class NearTimers {
    private static final int FIRST_CAPACITY = 64;

    private long[] deliverAt = new long[FIRST_CAPACITY];
    private long[] logOffset = new long[FIRST_CAPACITY];
    private long[] slot = new long[FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    /** When the first is due; {@link Long#MAX_VALUE} if there is none. */
    long firstDue() {
        return size == 0 ? Long.MAX_VALUE : deliverAt[0];
    }

    void add(long timerSlot, long timerDeliverAt, long timerLogOffset) {
        if (size == deliverAt.length) {
            resize(size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) / 2;
            if (!isBefore(timerDeliverAt, timerLogOffset, parent)) {
                break;
            }
            copy(parent, hole);
            hole = parent;
        }
        put(hole, timerSlot, timerDeliverAt, timerLogOffset);
    }

    /** Takes the first one out, or returns {@code null} if there is none. */
    @Nullable
    Timer poll() {
        if (size == 0) {
            return null;
        }
        Timer first = new Timer(slot[0], deliverAt[0], logOffset[0]);
        int last = --size;
        int hole = 0;
        while (2 * hole + 1 < last) {
            int child = 2 * hole + 1;
            if (child + 1 < last && isBefore(deliverAt[child + 1], logOffset[child + 1], child)) {
                child++;
            }
            if (isBefore(deliverAt[last], logOffset[last], child)) {
                break;
            }
            copy(child, hole);
            hole = child;
        }
        copy(last, hole);
        if (deliverAt.length > FIRST_CAPACITY && size < deliverAt.length / 4) {
            resize(deliverAt.length / 2);
        }
        return first;
    }

    /** The lowest slot of all, by looking at each; {@link Long#MAX_VALUE} if there is none. */
    long lowestSlot() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            lowest = Math.min(lowest, slot[i]);
        }
        return lowest;
    }

    private boolean isBefore(long aDeliverAt, long aLogOffset, int b) {
        return aDeliverAt != deliverAt[b] ? aDeliverAt < deliverAt[b] : aLogOffset < logOffset[b];
    }

    private void copy(int from, int to) {
        put(to, slot[from], deliverAt[from], logOffset[from]);
    }

    private void put(int at, long timerSlot, long timerDeliverAt, long timerLogOffset) {
        slot[at] = timerSlot;
        deliverAt[at] = timerDeliverAt;
        logOffset[at] = timerLogOffset;
    }

    private void resize(int capacity) {
        deliverAt = Arrays.copyOf(deliverAt, capacity);
        logOffset = Arrays.copyOf(logOffset, capacity);
        slot = Arrays.copyOf(slot, capacity);
    }
}
