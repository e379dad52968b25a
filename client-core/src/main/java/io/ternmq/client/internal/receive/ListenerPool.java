package io.ternmq.client.internal.receive;

import io.ternmq.client.internal.group.Workers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that call a consumer's listeners. As many workers as there is work for, up to the limit, take pieces of it from one queue until it
 * is empty. A worker that sees more waiting wakes the next one before it begins, so that a fast listener keeps to one or
 * two threads and a slow one soon has all.
 *
 * @param <W> a piece of work, such as a message
 */
final class ListenerPool<W> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ListenerPool.class);
    static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final int most;
    private final Workers threads;
    private final Consumer<W> handler;
    private final Queue<W> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workers = new AtomicInteger();
    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean suspended;

    ListenerPool(int most, Workers threads, Consumer<W> handler) {
        this.most = most;
        this.threads = threads;
        this.handler = handler;
    }

    void submit(List<W> work) {
        if (!work.isEmpty()) {
            ready.addAll(work);
            wake();
        }
    }

    void submit(W work) {
        ready.add(work);
        wake();
    }

    private void wake() {
        if (stopped || suspended || workers.get() >= most || !waking.compareAndSet(false, true)) {
            return;
        }
        int others = workers.getAndIncrement();
        boolean refused = false;
        try {
            if (others < most) {
                if (threads.start(others == 0, this::work)) {
                    return;
                }
                refused = true;
            }
        } catch (RuntimeException | Error e) {
            LOGGER.error("no thread can be had for a listener", e);
        }
        workers.decrementAndGet();
        waking.set(false);
        if (refused) {
            threads.tellWhenFree(this::wakeIfWaiting);
            if (workers.get() == 0) {
                // The last one has ended meanwhile, and could not wake another. A first one is not refused.
                wakeIfWaiting();
            }
        }
    }

    /** Makes up for a thread that could not be had when there was work for it. */
    void wakeIfWaiting() {
        if (!stopped && !ready.isEmpty()) {
            wake();
        }
    }

    private void work() {
        waking.set(false);
        long began = System.nanoTime();
        try {
            for (W piece = next(); piece != null; piece = mayGoOn(began) ? next() : null) {
                if (!ready.isEmpty()) {
                    wake();
                }
                handle(piece);
            }
        } finally {
            workers.decrementAndGet();
        }
        wakeIfWaiting();
    }

    /** A worker that is not the only one makes room for other consumers, but not for each piece of its work. */
    private boolean mayGoOn(long began) {
        return !threads.isWanted() || workers.get() == 1 || System.nanoTime() - began < TURN_NANOS;
    }

    /** Whatever goes wrong with one piece, be it for want of memory, the next one has its thread. */
    private void handle(W piece) {
        try {
            handler.accept(piece);
        } catch (Throwable e) {
            LOGGER.error("a message was not handled to its end: {}", piece, e);
        }
    }

    private @Nullable W next() {
        return stopped || suspended ? null : ready.poll();
    }

    /** Nothing is handed out until {@link #resume()}; listeners that are running are not disturbed. */
    void suspend() {
        suspended = true;
    }

    void resume() {
        suspended = false;
        wakeIfWaiting();
    }

    boolean isSuspended() {
        return suspended;
    }

    /** No further message is handed out; listeners that are running are not disturbed. */
    void stop() {
        stopped = true;
    }

    /** Ends the threads once their listeners have returned. */
    void close() {
        stop();
        threads.close();
    }
}
