package io.ternmq.client.internal.receive;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what a consumer holds in memory, by count and by bytes, over all its queues. Pullers that find it used up park
 * themselves and go on when there is room. A pull that is under way may still go over the bound by what it brings.
 */
final class CacheBudget {

    private static final int RESUME_EVERY = 32;
    private static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Whoever pulls, and may have to wait for room. */
    interface Puller {

        /** Whether there is no room for it now. */
        boolean isBlocked();

        /** Goes on. */
        void pull();
    }

    private final int maxCount;
    private final long maxBytes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Puller> parked = new ConcurrentLinkedQueue<>();
    private final Runnable usedUp;
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SAY_AGAIN_NANOS);

    /**
     * Creates the budget of a consumer.
     *
     * @param usedUp is told that pulling stops for want of room; once in ten minutes at most, however often that is
     */
    CacheBudget(int maxCount, long maxBytes, Runnable usedUp) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.usedUp = usedUp;
    }

    boolean isUsedUp() {
        return count.get() >= maxCount || bytes.get() >= maxBytes;
    }

    /** How many messages there is room for, at least 1. */
    int room() {
        return Math.max(1, maxCount - count.get());
    }

    int count() {
        return count.get();
    }

    long bytes() {
        return bytes.get();
    }

    void take(int messages, long size) {
        count.addAndGet(messages);
        bytes.addAndGet(size);
    }

    /**
     * Gives back the room of one message.
     *
     * @param queueMoved whether its queue has come forward, so that one that was full on its own account may go on
     */
    void giveBack(long size, boolean queueMoved) {
        bytes.addAndGet(-size);
        int left = count.decrementAndGet();
        if (!parked.isEmpty() && (queueMoved || left < RESUME_EVERY || left % RESUME_EVERY == 0)) {
            resume();
        }
    }

    /** Makes a puller wait for room. It may be resumed before this returns. */
    void park(Puller puller) {
        if (isUsedUp()) {
            sayUsedUp();
        }
        parked.add(puller);
        if (!puller.isBlocked() && parked.remove(puller)) {
            puller.pull();
        }
    }

    private void sayUsedUp() {
        long now = System.nanoTime();
        long last = saidNanos.get();
        if (now - last >= SAY_AGAIN_NANOS && saidNanos.compareAndSet(last, now)) {
            usedUp.run();
        }
    }

    /** Lets all that wait see for themselves whether they may go on. */
    void resume() {
        for (int i = parked.size(); i > 0; i--) {
            Puller puller = parked.poll();
            if (puller == null) {
                return;
            }
            puller.pull();
        }
    }
}
