package io.ternmq.interop.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that each send at a steady, moderate pace until they are told to stop. A send that fails is counted, and the next one follows at its
 * time: while the broker is away, many fail.
 */
final class Senders implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Senders.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    /** Sends once. */
    @FunctionalInterface
    interface Send {
        void once() throws Exception;
    }

    /** Starts a thread that sends, and then waits for {@code pause}, again and again. */
    void start(String name, Duration pause, Send send) {
        Thread thread = new Thread(() -> run(name, pause, send), "soak-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Whether senders should end; for those that try again until they succeed. */
    boolean isOver() {
        return over.getCount() == 0;
    }

    int failures() {
        return failures.get();
    }

    /** A send has failed, now or later. */
    void failed(String name, Throwable failure) {
        failures.incrementAndGet();
        LOGGER.debug("a send of the soak has failed: sender={}, reason={}", name, failure.toString());
    }

    private void run(String name, Duration pause, Send send) {
        try {
            do {
                try {
                    send.once();
                } catch (InterruptedException interrupted) {
                    throw interrupted;
                } catch (Exception failure) {
                    failed(name, failure);
                }
            } while (!over.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when all threads have ended. */
    @Override
    public void close() {
        over.countDown();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            if (thread.isAlive()) {
                throw new IllegalStateException("a sender does not end: thread=" + thread.getName());
            }
        }
    }
}
