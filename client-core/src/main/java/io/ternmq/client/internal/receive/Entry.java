package io.ternmq.client.internal.receive;

import io.ternmq.protocol.message.StoredMessage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A message in hand, from the pull to the end of its handling.
 *
 * <pre>
 *              begin()             settle()             finish()
 *   WAITING ─────────────▶ RUNNING ─────────▶ SETTLING ──────────▶ DONE
 *      ▲                                          │
 *      └──────────────── again() ─────────────────┘   could be neither acknowledged nor sent back
 * </pre>
 *
 * The listener's thread and the watch over timeouts both try {@link #settle}; one of them wins.
 */
final class Entry {

    private enum State {
        WAITING,
        RUNNING,
        SETTLING,
        DONE
    }

    private final StoredMessage stored;
    private final ProcessQueue queue;
    private final Batch batch;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile long startNanos;
    private final AtomicInteger localRetries = new AtomicInteger();

    Entry(StoredMessage stored, ProcessQueue queue, Batch batch) {
        this.stored = stored;
        this.queue = queue;
        this.batch = batch;
    }

    StoredMessage stored() {
        return stored;
    }

    ProcessQueue queue() {
        return queue;
    }

    /** How often it was handled again without having been to the broker in between. */
    int localRetries() {
        return localRetries.get();
    }

    boolean begin() {
        // Counted before looking, so that whoever drops the queue either keeps this from beginning or sees it.
        queue.entered();
        if (queue.isDropped() || !state.compareAndSet(State.WAITING, State.RUNNING)) {
            queue.left();
            return false;
        }
        startNanos = System.nanoTime();
        return true;
    }

    boolean isOverdue(long nowNanos, long timeoutNanos) {
        return state.get() == State.RUNNING && nowNanos - startNanos > timeoutNanos;
    }

    boolean settle() {
        return state.compareAndSet(State.RUNNING, State.SETTLING);
    }

    void again() {
        localRetries.incrementAndGet();
        state.set(State.WAITING);
        queue.left();
    }

    /** It has failed and keeps its turn; of messages that are consumed in order, which are never begun or settled. */
    void failedInPlace() {
        localRetries.incrementAndGet();
    }

    void finish() {
        State before = state.getAndSet(State.DONE);
        queue.finished(this, batch);
        if (before == State.SETTLING) {
            queue.left();
        }
    }

    /** Its queue was dropped before it began. */
    void discard() {
        if (state.compareAndSet(State.WAITING, State.DONE)) {
            queue.finished(this, batch);
        }
    }

    boolean isDone() {
        return state.get() == State.DONE;
    }

    /** Where it is, for people. */
    @Override
    public String toString() {
        return "queue=" + queue.queue() + ", offset=" + stored.queueOffset();
    }

    int size() {
        return stored.body().length + stored.properties().length();
    }
}
