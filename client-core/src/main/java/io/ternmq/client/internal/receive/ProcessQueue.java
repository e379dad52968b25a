package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerState;
import io.ternmq.client.TopicPartition;
import io.ternmq.protocol.body.ConsumerRunningInfo.QueueState;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was pulled from a queue and is not done yet, in the order of offsets. Messages finish in any order; what may be
 * committed is the lowest offset that has not finished, so that nothing is ever skipped.
 */
final class ProcessQueue {

    /** Pulling stops at so many messages or bytes of one queue, so that one does not use up what all may hold. */
    private static final int MAX_COUNT = 1000;

    private static final long MAX_BYTES = 100L * 1024 * 1024;

    /** Pulling stops when the lowest open offset is so far behind, which bounds what comes twice after a crash. */
    private static final long MAX_SPAN = 2000;

    private final MessageQueue queue;
    private final CacheBudget budget;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    /** {@code null} where nobody asks, because all threads of a consumer would count at one place. */
    private final @Nullable AtomicInteger inHand;

    private final CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();
    private long nextOffset;
    private long committedOffset = -1;
    /** What may be committed once the queue is lost: what was done by then, whatever is discarded later. */
    private long offsetWhenDropped;

    private volatile long lastPulledMillis;
    private volatile long lastConsumedMillis;
    private volatile boolean dropped;
    private volatile boolean pullingStopped;

    /**
     * Makes an empty one.
     *
     * @param countsHands whether somebody will ask when it is {@link #quiet()}
     */
    ProcessQueue(MessageQueue queue, CacheBudget budget, long startOffset, boolean countsHands) {
        this.queue = queue;
        this.budget = budget;
        this.nextOffset = startOffset;
        this.inHand = countsHands ? new AtomicInteger() : null;
    }

    MessageQueue queue() {
        return queue;
    }

    /**
     * Takes over the messages of a pull.
     *
     * @param next where the next pull goes on, behind everything that was filtered out too
     */
    List<Entry> add(List<StoredMessage> messages, long next) {
        if (messages.isEmpty()) {
            skipTo(next);
            return List.of();
        }
        Batch batch = new Batch(messages.size());
        long size = 0;
        for (StoredMessage message : messages) {
            Entry entry = new Entry(message, this, batch);
            size += entry.size();
            batch.entries().add(entry);
        }
        lastPulledMillis = System.currentTimeMillis();
        count.addAndGet(messages.size());
        bytes.addAndGet(size);
        budget.take(messages.size(), size);
        synchronized (this) {
            batches.addLast(batch);
            nextOffset = next;
        }
        return batch.entries();
    }

    /** Nothing to handle up to here. */
    synchronized void skipTo(long next) {
        nextOffset = next;
    }

    void finished(Entry entry, Batch batch) {
        count.decrementAndGet();
        bytes.addAndGet(-entry.size());
        boolean trimmed = batch.finishOne() && trim();
        if (trimmed) {
            lastConsumedMillis = System.currentTimeMillis();
        }
        budget.giveBack(entry.size(), trimmed);
    }

    private synchronized boolean trim() {
        int before = batches.size();
        Batch first = batches.peekFirst();
        while (first != null && first.isDone()) {
            batches.removeFirst();
            first = batches.peekFirst();
        }
        return batches.size() < before;
    }

    /** What operators are told; the time of consuming is that of the last pull that was consumed to its end. */
    synchronized QueueState state(boolean locked) {
        return new QueueState(
                commitOffset(),
                batches.isEmpty() ? 0 : commitOffset(),
                batches.isEmpty() ? 0 : nextOffset - 1,
                count.get(),
                bytes.get() >> 20,
                locked,
                0,
                0,
                dropped,
                lastPulledMillis,
                lastConsumedMillis);
    }

    /** What the application is told. */
    ConsumerState.Queue state(TopicPartition partition, boolean locked) {
        return new ConsumerState.Queue(
                partition, commitOffset(), count.get(), locked, instant(lastPulledMillis), instant(lastConsumedMillis));
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    /** The offset before which everything is done. */
    synchronized long commitOffset() {
        if (dropped) {
            return offsetWhenDropped;
        }
        for (Batch batch : batches) {
            long open = batch.lowestOpenOffset();
            if (open >= 0) {
                return open;
            }
        }
        return nextOffset;
    }

    /** The offset to commit if it has changed since the last time, else {@code null}. */
    synchronized @Nullable Long takeUncommitted() {
        long offset = commitOffset();
        if (offset == committedOffset) {
            return null;
        }
        committedOffset = offset;
        return offset;
    }

    /** Whether so much waits here that no more should be pulled for now. */
    boolean isFull() {
        return count.get() >= MAX_COUNT || bytes.get() >= MAX_BYTES || span() >= MAX_SPAN;
    }

    boolean isEmpty() {
        return count.get() == 0;
    }

    private synchronized long span() {
        return nextOffset - commitOffset();
    }

    /** The messages that are not done, for the watch over timeouts. */
    synchronized List<Entry> open() {
        List<Entry> open = new ArrayList<>();
        for (Batch batch : batches) {
            for (Entry entry : batch.entries()) {
                if (!entry.isDone()) {
                    open.add(entry);
                }
            }
        }
        return open;
    }

    /** The queue is somebody else's now: what has not begun does not begin, what ends is not acknowledged. */
    synchronized void drop() {
        if (!dropped) {
            offsetWhenDropped = commitOffset();
            dropped = true;
        }
    }

    /** A message is about to be handed to a listener. */
    void entered() {
        if (inHand != null) {
            inHand.incrementAndGet();
        }
    }

    /** A message is not in a listener's hands any more. */
    void left() {
        if (inHand != null && inHand.decrementAndGet() == 0 && dropped) {
            quiet.complete(null);
        }
    }

    /** Ends when the queue has been dropped and no listener handles a message of it; of those that consume in order at once. */
    CompletableFuture<@Nullable Void> quiet() {
        if (dropped && (inHand == null || inHand.get() == 0)) {
            quiet.complete(null);
        }
        return quiet;
    }

    /** The consumer shuts down: no more is pulled, what is in hand may still be done and committed. */
    void stopPulling() {
        pullingStopped = true;
    }

    boolean isPulled() {
        return !dropped && !pullingStopped;
    }

    boolean isDropped() {
        return dropped;
    }
}
