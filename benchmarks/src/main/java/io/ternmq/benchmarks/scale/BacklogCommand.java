package io.ternmq.benchmarks.scale;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Fills a broker with small messages, and compares its rates, and the sends of others while it is caught up with, with those at the start. */
@Command(
        name = "backlog",
        description = "Measures a broker, started by you on an empty directory, before and with a long backlog.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class BacklogCommand implements Callable<Integer> {
    private static final int BASE_MESSAGES = 1_000_000;
    private static final int CONSUME_THREADS = 4;
    private static final long LIMIT_MINUTES = 20;

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(names = "--name-server", required = true, description = "Address of the broker's name service.")
    private @SuppressWarnings("NullAway.Init") String nameServer;

    @Option(names = "--messages", description = "Length of the backlog, 1000000 to 100000000.")
    private long messages = 20_000_000;

    @Option(names = "--size", description = "Bytes of a message, 1 to 1024.")
    private int size = 128;

    @Option(names = "--rate", description = "Sends a second of the producer that is watched, 1 to 10000.")
    private int rate = 1000;

    /** For the command line. */
    public BacklogCommand() {}

    @Override
    public Integer call() throws Exception {
        if (messages < BASE_MESSAGES
                || messages > 100_000_000
                || size < 1
                || size > 1024
                || rate < 1
                || rate > 10_000) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--messages=" + messages + ", --size=" + size + ", --rate=" + rate
                            + " are not all allowed; see --help");
        }
        Report report = new Report(spec.commandLine().getOut());
        ClientConfig config = ClientConfig.builder(nameServer).build();
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(config, "backlog").build());
        producer.start();
        try {
            measure(report, config, producer);
        } finally {
            producer.shutdown();
        }
        return 0;
    }

    private void measure(Report report, ClientConfig config, Producer producer) throws Exception {
        produce(producer, "backlog-warm-up", BASE_MESSAGES);
        consume(config, "backlog-warm-up", BASE_MESSAGES);

        Flow.Result emptyIn = produce(producer, "backlog-small", BASE_MESSAGES);
        report.line("empty broker: sends", "%.0f/s", emptyIn.perSecond());
        double emptyOut = consume(config, "backlog-small", BASE_MESSAGES);
        report.line("empty broker: consuming " + BASE_MESSAGES, "%.0f/s", emptyOut);
        Histogram quiet = watched(producer, null);
        report.line("others' sends, nothing else going on", "%s", percentiles(quiet));

        long fill = messages - BASE_MESSAGES;
        Flow.Result filling = produce(producer, "backlog-long", fill);
        report.line("filling", "%d messages, %.0f/s", fill, filling.perSecond());
        Flow.Result fullIn = produce(producer, "backlog-long", BASE_MESSAGES);
        report.line(
                "with the backlog: sends",
                "%.0f/s, %.2f of empty",
                fullIn.perSecond(),
                fullIn.perSecond() / emptyIn.perSecond());

        CatchUp catchUp = new CatchUp(config, messages);
        Histogram disturbed = watched(producer, catchUp);
        double fullOut = catchUp.await();
        report.line(
                "with the backlog: catching up " + messages,
                "%.0f/s, %.2f of empty (others send meanwhile)",
                fullOut,
                fullOut / emptyOut);
        report.line("others' sends while it is caught up with", "%s", percentiles(disturbed));
    }

    private Flow.Result produce(Producer producer, String topic, long count) throws InterruptedException {
        byte[] body = new byte[size];
        new Random(count).nextBytes(body);
        return new Flow(producer, () -> new Message(topic, "", body))
                .run(TimeUnit.MINUTES.toNanos(LIMIT_MINUTES), count);
    }

    private static double consume(ClientConfig config, String topic, long count) throws InterruptedException {
        return new Consuming(config, topic, count).await();
    }

    /** Sends singly at a fixed rate for some seconds, or for as long as the other goes on. Late sends count from when they were due. */
    private Histogram watched(Producer producer, @Nullable CatchUp other) {
        if (other != null) {
            other.start();
        }
        Histogram latencies = new Histogram(3);
        byte[] body = new byte[size];
        long began = System.nanoTime();
        long most = TimeUnit.SECONDS.toNanos(10) * rate / 1_000_000_000L;
        for (long i = 0; other == null ? i < most : !other.isDone(); i++) {
            long due = began + i * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            producer.send(new Message("backlog-others", "", body));
            latencies.recordValue(System.nanoTime() - due);
        }
        return latencies;
    }

    private static String percentiles(Histogram latencies) {
        return String.format(
                java.util.Locale.ROOT,
                "p50 %.2f, p99 %.2f, p99.9 %.2f ms of %d",
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                latencies.getValueAtPercentile(99.9) / 1e6,
                latencies.getTotalCount());
    }

    /** A consumer that reads a topic from its start. */
    private static final class Consuming {
        private final Consumer consumer;
        private final AtomicLong received = new AtomicLong();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile long firstNanos;

        Consuming(ClientConfig config, String topic, long count) {
            consumer = MQFactory.createConsumer(ConsumerConfig.builder(config, "backlog-" + topic)
                    .startFrom(StartPosition.earliest())
                    .consumeThreads(CONSUME_THREADS)
                    .build());
            consumer.subscribe(topic, "*", (message, context) -> {
                long number = received.incrementAndGet();
                if (number == 1) {
                    firstNanos = System.nanoTime();
                } else if (number == count) {
                    done.countDown();
                }
                return Action.CommitMessage;
            });
            consumer.start();
        }

        double await() throws InterruptedException {
            try {
                if (!done.await(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("messages do not arrive: received=" + received);
                }
                return received.get() / ((System.nanoTime() - firstNanos) / 1e9);
            } finally {
                consumer.shutdown();
            }
        }
    }

    /** Works the backlog off on a thread of its own. */
    private static final class CatchUp {
        private final ClientConfig config;
        private final long count;
        private final AtomicBoolean done = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "catch-up");
        private volatile double perSecond;

        CatchUp(ClientConfig config, long count) {
            this.config = config;
            this.count = count;
        }

        void start() {
            thread.start();
        }

        boolean isDone() {
            return done.get();
        }

        double await() throws InterruptedException {
            thread.join();
            return perSecond;
        }

        private void run() {
            try {
                perSecond = new Consuming(config, "backlog-long", count).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                done.set(true);
            }
        }
    }
}
