package io.ternmq.client.internal.group;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The platform threads on which the consumers of a client call their listeners: as many as are needed at the same time, up to a
 * limit for all of them together, beyond which each consumer has at least one. Consumers that were refused wait in a row, and
 * get what others give back. Threads that are idle end after {@value #IDLE_SECONDS} seconds. Safe for any thread.
 */
public final class SharedThreads {

    private static final long IDLE_SECONDS = 30;

    private final int most;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final Queue<Share> waiting = new ConcurrentLinkedQueue<>();
    /** Unbounded here, because {@link #busy} is the bound. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new ListenerThread(task, made.incrementAndGet()));

    /** A thread that is named after the group for which it works. */
    private static final class ListenerThread extends FastThreadLocalThread {
        private final int number;
        private @Nullable String group;

        ListenerThread(Runnable task, int number) {
            super(task);
            this.number = number;
            setDaemon(true);
        }

        void workFor(String next) {
            if (!next.equals(group)) {
                group = next;
                setName("ternmq-listener-" + next + "-" + number);
            }
        }
    }

    private final class Share implements Workers {
        private final String group;
        private final AtomicReference<@Nullable Runnable> tryAgain = new AtomicReference<>();

        Share(String group) {
            this.group = group;
        }

        @Override
        public boolean start(boolean first, Runnable worker) {
            // Who stands in the row waits for its turn.
            if ((!first && tryAgain.get() != null) || !take(first)) {
                return false;
            }
            try {
                threads.execute(() -> run(worker));
            } catch (RuntimeException | Error e) {
                giveBack();
                throw e;
            }
            return true;
        }

        private void run(Runnable worker) {
            if (Thread.currentThread() instanceof ListenerThread thread) {
                thread.workFor(group);
            }
            try {
                worker.run();
            } finally {
                giveBack();
            }
        }

        @Override
        public void tellWhenFree(Runnable again) {
            if (tryAgain.compareAndSet(null, again)) {
                waiting.add(this);
            }
            // One may have been given back in between.
            tellWaiting();
        }

        private void tryAgain() {
            Runnable again = tryAgain.getAndSet(null);
            if (again != null) {
                again.run();
            }
        }

        @Override
        public boolean isWanted() {
            for (Share share : waiting) {
                if (share != this) {
                    return true;
                }
            }
            return false;
        }

        /** The threads are everybody's; a worker that is asked for nevertheless finds nothing to do. */
        @Override
        public void close() {
            waiting.remove(this);
        }
    }

    /** With a limit for all consumers together. */
    SharedThreads(int most) {
        this.most = most;
    }

    /** What one consumer has of them. */
    public Workers forGroup(String group) {
        return new Share(group);
    }

    private boolean take(boolean first) {
        for (int now = busy.get(); first || now < most; now = busy.get()) {
            if (busy.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    private void giveBack() {
        busy.decrementAndGet();
        tellWaiting();
    }

    /** Goes on after one that does not need it any more; one that is refused again is the last in the row. */
    private void tellWaiting() {
        while (busy.get() < most) {
            Share next = waiting.poll();
            if (next == null) {
                return;
            }
            next.tryAgain();
        }
    }

    /** Ends the threads that are idle, and the others when their workers have. */
    void close() {
        threads.shutdown();
    }
}
