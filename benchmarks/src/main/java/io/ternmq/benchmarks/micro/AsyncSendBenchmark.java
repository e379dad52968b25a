package io.ternmq.benchmarks.micro;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OnExceptionContext;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
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

/**
 * Asynchronous sends through sockets to a broker that forgets them: what the client costs for each message, by one thread that sends as fast as
 * the client lets it. With the profiler {@code gc}, also what it allocates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AsyncSendBenchmark implements SendCallback {
    /** Bytes of the body. */
    @Param({"128", "1024"})
    public int bodySize = 128;

    private @Nullable ForgetfulBroker broker;
    private @Nullable Producer producer;
    private byte[] body = new byte[0];
    private volatile @Nullable Exception failure;

    /** Starts broker and producer. */
    @Setup
    public void open() throws IOException {
        body = Samples.body(bodySize);
        ForgetfulBroker forgetful = new ForgetfulBroker();
        broker = forgetful;
        Producer started =
                MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(forgetful.address()), "benchmark")
                        .build());
        producer = started;
        started.start();
    }

    /** Stops them; a send that has failed fails the benchmark. */
    @TearDown
    public void close() throws IOException {
        Samples.present(producer).close();
        Samples.present(broker).close();
        Exception reason = failure;
        if (reason != null) {
            throw new IllegalStateException("a send has failed", reason);
        }
    }

    /** One message with a tag; waits while as much is in flight as the producer allows. */
    @Benchmark
    public void sendAsync() {
        Samples.present(producer).sendAsync(new Message(Samples.TOPIC, "tag", body), this);
    }

    @Override
    public void onSuccess(SendResult sendResult) {
        // Counted by JMH when it was sent.
    }

    @Override
    public void onException(OnExceptionContext context) {
        failure = context.getException();
    }
}
