package io.ternmq.benchmarks.load;

import io.ternmq.benchmarks.load.CpuClock.CpuUse;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Counts and times the operations of one kind. Any thread records; one thread opens and closes the window. */
final class Meter {
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Recorder latencies = new Recorder(3);
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    private long doneBefore;
    private long failedBefore;

    /** An operation that began at this {@link System#nanoTime()} is done now. */
    void done(long beganNanos) {
        done(beganNanos, 1);
    }

    /** The same of one that carried several messages. */
    void done(long beganNanos, int messages) {
        latencies.recordValue(Math.max(0, System.nanoTime() - beganNanos));
        done.add(messages);
    }

    /** Messages are done whose time does not matter. */
    void count(int messages) {
        done.add(messages);
    }

    void failed(int messages, Throwable reason) {
        failed.add(messages);
        firstFailure.compareAndSet(null, reason);
    }

    /** Everything since the beginning. */
    long total() {
        return done.sum();
    }

    /** What failed first, if anything did. */
    @Nullable
    Throwable firstFailure() {
        return firstFailure.get();
    }

    void open() {
        doneBefore = done.sum();
        failedBefore = failed.sum();
        latencies.reset();
    }

    Measurement close(CpuUse cpu) {
        return new Measurement(
                done.sum() - doneBefore, failed.sum() - failedBefore, latencies.getIntervalHistogram(), cpu);
    }

    /** What happened in the window; latencies in nanoseconds. */
    record Measurement(long messages, long failures, Histogram latencies, CpuUse cpu) {

        double messagesPerSecond() {
            return messages * 1e6 / cpu.elapsedMicros();
        }
    }
}
