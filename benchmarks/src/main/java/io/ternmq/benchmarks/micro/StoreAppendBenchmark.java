package io.ternmq.benchmarks.micro;

import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.NewMessage;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Appends to the log, with dispatch to the queue, in asynchronous flush; a new store for each iteration. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StoreAppendBenchmark {
    /** Bytes of the body. */
    @Param({"128", "1024"})
    public int bodySize = 128;

    private @Nullable TemporaryStore store;
    private @Nullable NewMessage message;

    /** Opens a store. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        store = new TemporaryStore(FlushMode.ASYNC);
        message = TemporaryStore.message(0, Samples.body(bodySize));
    }

    /** Deletes it. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        Samples.present(store).close();
    }

    /** One message, committed when this returns. */
    @Benchmark
    public void append() {
        Samples.present(store).append(Samples.present(message));
    }
}
