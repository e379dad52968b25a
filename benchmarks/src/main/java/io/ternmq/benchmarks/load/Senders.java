package io.ternmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Threads that repeat an operation for as long as something else takes. */
final class Senders {
    private static final long STOP_MILLIS = 20_000;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Senders() {}

    /** Repeats on as many threads, each with an operation of its own, while {@code task} runs; returns its result. */
    static <T> T during(int count, OperationFactory factory, Callable<T> task) throws Exception {
        Senders senders = new Senders();
        for (int i = 0; i < count; i++) {
            Operation operation = factory.create(i);
            Thread thread = new Thread(() -> senders.repeat(operation), "load-" + i);
            thread.setDaemon(true);
            senders.threads.add(thread);
        }
        senders.threads.forEach(Thread::start);
        try {
            return task.call();
        } finally {
            senders.stop();
        }
    }

    private void repeat(Operation operation) {
        try {
            while (!stopped) {
                operation.perform();
            }
        } catch (InterruptedException e) {
            // Stopping interrupts who still waits after its limit.
            Thread.currentThread().interrupt();
        }
    }

    /** Lets each thread finish what it does, within 20 s. */
    private void stop() throws InterruptedException {
        stopped = true;
        long deadline = System.nanoTime() + STOP_MILLIS * 1_000_000;
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                thread.interrupt();
            }
        }
    }

    /** One repetition; counts its own failures. */
    @FunctionalInterface
    interface Operation {
        void perform() throws InterruptedException;
    }

    /** Makes the operation of the thread of this number. */
    @FunctionalInterface
    interface OperationFactory {
        Operation create(int thread);
    }
}
