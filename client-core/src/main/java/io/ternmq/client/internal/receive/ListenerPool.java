package io.ternmq.client.internal.receive;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.MQClientException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer's own threads. As many workers as there is work for, up to the limit, take pieces of it from one queue until it
 * is empty. A worker that sees more waiting wakes the next one before it begins, so that a fast listener keeps to one or
 * two threads and a slow one soon has all.
 *
 * @param <W> a piece of work, such as a message
 */
final class ListenerPool<W> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ListenerPool.class);
    private static final long IDLE_SECONDS = 30;

    private final int most;
    private final ExecutorService threads;
    private final Consumer<W> handler;
    private final Queue<W> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workers = new AtomicInteger();
    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean suspended;

    ListenerPool(String group, int most, ListenerThreads kind, Consumer<W> handler) {
        this.most = most;
        this.handler = handler;
        this.threads = kind == ListenerThreads.VIRTUAL ? virtualThreads() : platformThreads(group);
    }

    /** Unbounded here, because {@link #workers} is the bound; threads are made when needed and end when idle. */
    private static ExecutorService platformThreads(String group) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("ternmq-listener-" + group, true));
    }

    /** By reflection, because this is compiled for Java 17. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new MQClientException("virtual threads are not available; run on Java 21 or later", e);
        }
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
        if (workers.incrementAndGet() > most) {
            workers.decrementAndGet();
            waking.set(false);
            return;
        }
        try {
            threads.execute(this::work);
        } catch (RuntimeException | Error e) {
            workers.decrementAndGet();
            waking.set(false);
            LOGGER.error("no thread can be had for a listener", e);
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
        try {
            for (W piece = next(); piece != null; piece = next()) {
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
        threads.shutdown();
    }
}
