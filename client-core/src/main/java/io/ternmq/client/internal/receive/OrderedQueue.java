package io.ternmq.client.internal.receive;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one queue that wait for their turn, and whose turn it is: at most one thread at a time.
 *
 * <pre>
 *          offer                    begin               nothing waits
 *   IDLE ─────────▶ READY ─────────────────▶ RUNNING ─────────────────▶ IDLE
 *                     ▲                        │  │
 *                     │  resume     suspend    │  │ its time is up, others wait
 *                     └─────── SUSPENDED ◀─────┘  └─────▶ READY
 *
 *   close: from every state to CLOSED; from RUNNING when the thread ends its turn
 * </pre>
 */
final class OrderedQueue {

    private enum State {
        IDLE,
        READY,
        RUNNING,
        SUSPENDED,
        CLOSED
    }

    private final ProcessQueue messages;
    private final Consumer<OrderedQueue> ready;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();
    private State state = State.IDLE;
    private volatile boolean closing;

    /**
     * Creates one.
     *
     * @param ready is told when a thread may take its turn here
     */
    OrderedQueue(ProcessQueue messages, Consumer<OrderedQueue> ready) {
        this.messages = messages;
        this.ready = ready;
    }

    ProcessQueue messages() {
        return messages;
    }

    void offer(Collection<Entry> entries) {
        waiting.addAll(entries);
        readyFrom(State.IDLE);
    }

    /** The message whose turn it is; only for the thread that has begun. */
    @Nullable
    Entry peek() {
        return closing ? null : waiting.peek();
    }

    /** The message whose turn it was is done; only for the thread that has begun. */
    void next() {
        waiting.remove();
    }

    /** Begins a turn; {@code false} if there is none any more. */
    synchronized boolean begin() {
        if (state != State.READY) {
            return false;
        }
        state = State.RUNNING;
        return true;
    }

    /** Ends a turn because nothing waits. What has come at this very moment begins the next turn. */
    void endIdle() {
        end(State.IDLE);
        if (!waiting.isEmpty()) {
            readyFrom(State.IDLE);
        }
    }

    /** Ends a turn; {@link #resume} follows. */
    void endSuspended() {
        end(State.SUSPENDED);
    }

    /** Ends a turn, so that other queues have theirs. */
    void endYielding() {
        end(State.SUSPENDED);
        resume();
    }

    void resume() {
        readyFrom(State.SUSPENDED);
    }

    private synchronized void end(State next) {
        if (closing) {
            state = State.CLOSED;
            quiet.complete(null);
        } else {
            state = next;
        }
    }

    private void readyFrom(State expected) {
        synchronized (this) {
            if (closing || state != expected) {
                return;
            }
            state = State.READY;
        }
        ready.accept(this);
    }

    /** Nothing more begins. Ends when nothing is running any more. */
    synchronized CompletableFuture<@Nullable Void> close() {
        closing = true;
        if (state != State.RUNNING) {
            state = State.CLOSED;
            quiet.complete(null);
        }
        return quiet;
    }

    /** Gives up the room of what has not begun, after the queue is dropped. */
    void discard() {
        for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            entry.discard();
        }
    }
}
