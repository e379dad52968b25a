package io.ternmq.benchmarks.micro;

import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.util.Map;
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
import org.openjdk.jmh.annotations.Warmup;

/** One message as it is stored and pulled, and the text of its properties. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordCodecBenchmark {
    /** Bytes of the body. */
    @Param({"128", "1024"})
    public int bodySize = 128;

    private @Nullable StoredMessage message;
    private ByteBuffer written = ByteBuffer.allocate(0);
    private ByteBuffer scratch = ByteBuffer.allocate(0);
    private final String properties = Samples.properties();

    /** Makes a message and its record. */
    @Setup
    public void prepare() {
        StoredMessage sample = Samples.stored(bodySize);
        message = sample;
        written = ByteBuffer.allocateDirect(sample.encodedSize());
        scratch = ByteBuffer.allocateDirect(sample.encodedSize());
        sample.writeTo(written);
        written.flip();
    }

    /** To bytes. */
    @Benchmark
    public ByteBuffer write() {
        scratch.clear();
        Samples.present(message).writeTo(scratch);
        return scratch;
    }

    /** From bytes. */
    @Benchmark
    public StoredMessage read() throws MalformedMessageException {
        return StoredMessage.readFrom(written.duplicate());
    }

    /** All properties of the text. */
    @Benchmark
    public Map<String, String> decodeProperties() {
        return MessageProperties.decode(properties);
    }

    /** One property of the text. */
    @Benchmark
    public @Nullable String getProperty() {
        return MessageProperties.get(properties, "TAGS");
    }
}
