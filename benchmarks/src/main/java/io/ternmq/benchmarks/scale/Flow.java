package io.ternmq.benchmarks.scale;

import io.ternmq.client.Message;
import io.ternmq.client.OnExceptionContext;
import io.ternmq.client.Producer;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Sends messages one after another without waiting for each, with a bounded number in flight, and counts. For one thread. */
final class Flow {
    private static final int IN_FLIGHT = 2000;
    private static final long DRAIN_SECONDS = 60;

    private final Producer producer;
    private final Supplier<Message> messages;
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final AtomicLong failures = new AtomicLong();
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(3);
    private volatile @Nullable Throwable firstFailure;

    Flow(Producer producer, Supplier<Message> messages) {
        this.producer = producer;
        this.messages = messages;
    }

    /** Sends as many as go in this time, or at most this many. */
    Result run(long nanos, long most) throws InterruptedException {
        long began = System.nanoTime();
        long sent = 0;
        while (sent < most && System.nanoTime() - began < nanos) {
            permits.acquire();
            send();
            sent++;
        }
        if (!permits.tryAcquire(IN_FLIGHT, DRAIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("sends are not answered: waited=" + DRAIN_SECONDS + " s", firstFailure);
        }
        permits.release(IN_FLIGHT);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (failures.get() > 0) {
            throw new IllegalStateException("sends have failed: failed=" + failures + " of " + sent, firstFailure);
        }
        return new Result(sent, sent / seconds, latencies.getValueAtPercentile(99) / 1e6);
    }

    private void send() {
        long began = System.nanoTime();
        producer.sendAsync(messages.get(), new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
                latencies.recordValue(System.nanoTime() - began);
                permits.release();
            }

            @Override
            public void onException(OnExceptionContext context) {
                failures.incrementAndGet();
                firstFailure = context.getException();
                permits.release();
            }
        });
    }

    /**
     * What became of it.
     *
     * @param sent how many were stored
     * @param perSecond rate
     * @param p99Millis 99th percentile from the call to the answer
     */
    record Result(long sent, double perSecond, double p99Millis) {}
}
