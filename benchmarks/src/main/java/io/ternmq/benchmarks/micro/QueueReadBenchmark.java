package io.ternmq.benchmarks.micro;

import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.ReadResult;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads a queue from its beginning to its end, over and over, as pulls do. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QueueReadBenchmark {
    private static final int MESSAGES = 100_000;

    /** Messages a read asks for. */
    @Param({"1", "32"})
    public int count = 1;

    /** Bytes of a body. */
    @Param({"128", "1024"})
    public int bodySize = 128;

    private @Nullable TemporaryStore files;
    private long offset;

    /** Fills a queue. */
    @Setup
    public void fill() throws IOException {
        TemporaryStore filled = new TemporaryStore(FlushMode.ASYNC);
        NewMessage message = TemporaryStore.message(0, Samples.body(bodySize));
        for (int i = 0; i < MESSAGES; i++) {
            filled.append(message);
        }
        files = filled;
    }

    /** Deletes it. */
    @TearDown
    public void delete() throws IOException {
        Samples.present(files).close();
    }

    /** The next messages. */
    @Benchmark
    public int read() {
        MessageStore store = Samples.present(files).store();
        ReadResult result = store.read(Samples.TOPIC, 0, offset, count, 1 << 20, MessageFilter.ALL);
        offset = result.nextOffset() >= MESSAGES ? 0 : result.nextOffset();
        return result.bytes();
    }
}
