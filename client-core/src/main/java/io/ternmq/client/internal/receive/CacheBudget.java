package io.ternmq.client.internal.receive;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what a consumer holds in memory, by count and by bytes, over all its queues. Pullers that find it used up park
 * themselves and go on when there is room. A pull that is under way may still go over the bound by what it brings.
 */
final class CacheBudget {

    private static final int RESUME_EVERY = 32;

    private final int maxCount;
    private final long maxBytes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<QueuePuller> parked = new ConcurrentLinkedQueue<>();

    CacheBudget(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    boolean isUsedUp() {
        return count.get() >= maxCount || bytes.get() >= maxBytes;
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
    void park(QueuePuller puller) {
        parked.add(puller);
        if (!puller.isBlocked() && parked.remove(puller)) {
            puller.pull();
        }
    }

    private void resume() {
        for (int i = parked.size(); i > 0; i--) {
            QueuePuller puller = parked.poll();
            if (puller == null) {
                return;
            }
            puller.pull();
        }
    }
}
