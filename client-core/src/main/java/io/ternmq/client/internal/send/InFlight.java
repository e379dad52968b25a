package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.ProducerConfig.WhenFull;
import io.ternmq.protocol.ResponseCode;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds what is on its way, by count and by bytes; whoever comes when it is full waits or is turned away. */
final class InFlight {

    private final ProducerConfig config;
    private final Semaphore count;
    private final Semaphore bytes;
    private final int maxBytes;

    InFlight(ProducerConfig config) {
        this.config = config;
        this.count = new Semaphore(config.maxInFlight());
        this.maxBytes = (int) Math.min(Integer.MAX_VALUE, config.maxInFlightBytes());
        this.bytes = new Semaphore(maxBytes);
    }

    /**
     * Takes room for a parcel.
     *
     * @param mayWait whether the calling thread may be blocked
     * @return what to give back by {@link #leave(int, int)}
     */
    int enter(int size, boolean mayWait, long timeoutNanos) {
        int permits = Math.min(size, maxBytes);
        boolean waits = mayWait && config.whenFull() == WhenFull.WAIT;
        long start = System.nanoTime();
        if (!take(count, 1, waits, timeoutNanos)) {
            throw full(start);
        }
        if (!take(bytes, permits, waits, timeoutNanos - (System.nanoTime() - start))) {
            count.release();
            throw full(start);
        }
        return permits;
    }

    private static boolean take(Semaphore semaphore, int permits, boolean waits, long timeoutNanos) {
        if (semaphore.tryAcquire(permits)) {
            return true;
        }
        if (!waits) {
            return false;
        }
        try {
            return semaphore.tryAcquire(permits, timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException("interrupted while waiting for room to send", e);
        }
    }

    private MQClientException full(long start) {
        return new MQClientException(
                ResponseCode.SYSTEM_BUSY.number(),
                "too much is in flight: group=" + config.groupId() + ", maxInFlight=" + config.maxInFlight()
                        + ", maxInFlightBytes=" + config.maxInFlightBytes() + ", waited="
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
                        + " ms; send more slowly, or allow more");
    }

    /** Gives back the room of parcels that have ended, all at once. */
    void leave(List<Parcel> parcels) {
        int sends = 0;
        int freed = 0;
        for (Parcel parcel : parcels) {
            if (parcel.room() != Parcel.NO_ROOM) {
                sends++;
                freed += parcel.room();
            }
        }
        if (sends > 0) {
            leave(sends, freed);
        }
    }

    /** Gives back the room of some sends. */
    void leave(int sends, int freedBytes) {
        bytes.release(freedBytes);
        count.release(sends);
    }

    /** Takes all the room there is, when it is free, so that nothing else is let in. */
    boolean awaitIdle(long timeoutNanos) {
        try {
            return count.tryAcquire(config.maxInFlight(), timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
