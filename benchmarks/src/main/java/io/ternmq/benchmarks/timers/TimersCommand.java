package io.ternmq.benchmarks.timers;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.SendResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Fills an embedded broker with timers spread over a year, starts it again, and then lets some more become due in one second. The error of
 * a timer is the time at which the broker stored the delivered message, less the time it was due.
 */
@Command(
        name = "timers",
        description =
                "Measures messages that are delivered later: insertion, memory, restart, and how punctual they are.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class TimersCommand implements Callable<Integer> {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final int COLLECTIONS = 5;
    private static final String TOPIC = "timers";
    /** No producer has more messages on their way. */
    private static final int IN_FLIGHT = 20_000;

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(names = "--far", description = "Timers spread over a year, which wait.")
    private int far = 1_000_000;

    @Option(names = "--due", description = "Timers that become due in the measured second.")
    private int due = 10_000;

    @Option(names = "--lead", description = "Seconds until they become due; long enough to send them all.")
    private int lead = 10;

    @Option(names = "--size", description = "Bytes of a body.")
    private int size = 128;

    @Option(names = "--flush", description = "When a message counts as safe: ${COMPLETION-CANDIDATES}.")
    private FlushMode flush = FlushMode.ASYNC;

    /** For the command line. */
    public TimersCommand() {}

    @Override
    public Integer call() throws Exception {
        check("--far", far, 0, 10_000_000);
        check("--due", due, 1, 1_000_000);
        check("--lead", lead, 1, 600);
        check("--size", size, 1, 65_536);
        Path directory = Files.createTempDirectory("ternmq-timers");
        try {
            long logged = fill(directory);
            double before = usedHeapMib();
            long began = System.nanoTime();
            try (Broker broker = Broker.start(config(directory))) {
                print("start with " + far + " timers waiting", millis(System.nanoTime() - began), "ms");
                print("heap of the broker, after GC", usedHeapMib() - before, "MiB");
                print("index of the timers on disk", bytes(directory.resolve("index")) / 1048576.0, "MiB");
                print("log on disk", logged / 1048576.0, "MiB");
                measure(broker);
            }
            return 0;
        } finally {
            delete(directory);
        }
    }

    private void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + "=" + value + " is not allowed; allowed: " + least + " to " + most);
        }
    }

    private long fill(Path directory) throws Exception {
        Random chance = new Random(1);
        try (Broker broker = Broker.start(config(directory));
                Producer producer = producer(broker)) {
            long now = System.currentTimeMillis();
            long began = System.nanoTime();
            // Not in the first minute, so that none becomes due while the others are measured.
            send(producer, far, i -> now + 60_000 + (long) (chance.nextDouble() * (YEAR.toMillis() - 120_000)));
            double seconds = (System.nanoTime() - began) / 1e9;
            print("insertion of " + far + " timers spread over a year", far / seconds, "timers/s");
        }
        return bytes(directory.resolve("log"));
    }

    private void measure(Broker broker) throws Exception {
        Histogram late = new ConcurrentHistogram(3_600_000, 3);
        Histogram received = new ConcurrentHistogram(3_600_000, 3);
        AtomicLong early = new AtomicLong();
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(ClientConfig.of(broker.address()), "timers-consumer")
                        .build());
        consumer.subscribe(TOPIC, "*", (message, context) -> {
            long now = System.currentTimeMillis();
            long error = message.getStoreTimestamp() - message.getStartDeliverTime();
            if (error < 0) {
                early.incrementAndGet();
            }
            late.recordValue(Math.max(0, error));
            received.recordValue(Math.max(0, now - message.getStartDeliverTime()));
            return Action.CommitMessage;
        });
        try (Producer producer = producer(broker)) {
            consumer.start();
            long first = System.currentTimeMillis() + lead * 1000L;
            send(producer, due, i -> first + i * 1000L / due);
            if (System.currentTimeMillis() > first) {
                throw new IllegalStateException("timers became due while they were sent: lead=" + lead
                        + " s; give a longer --lead, or fewer --due");
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(lead + 60L);
            while (received.getTotalCount() < due && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            consumer.close();
        }
        if (received.getTotalCount() != due) {
            throw new IllegalStateException(
                    "not every timer was delivered once: due=" + due + ", delivered=" + received.getTotalCount());
        }
        print("timers delivered early", (double) early.get(), "");
        percentiles("stored after the instant", late);
        percentiles("received after the instant", received);
    }

    private interface Times {
        long of(int index);
    }

    private void send(Producer producer, int count, Times times) {
        AtomicLong failed = new AtomicLong();
        AtomicReference<Throwable> first = new AtomicReference<>();
        List<CompletableFuture<SendResult>> last = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Message message = new Message(TOPIC, "", new byte[size]);
            message.setStartDeliverTime(times.of(i));
            CompletableFuture<SendResult> sent = producer.sendAsync(message).whenComplete((result, error) -> {
                if (error != null) {
                    failed.incrementAndGet();
                    first.compareAndSet(null, error);
                }
            });
            if (i >= count - IN_FLIGHT) {
                last.add(sent);
            }
        }
        for (CompletableFuture<SendResult> sent : last) {
            sent.exceptionally(error -> null).join();
        }
        if (failed.get() > 0) {
            throw new IllegalStateException(
                    "timers were refused: failed=" + failed.get() + ", of=" + count + ", first=" + first.get());
        }
    }

    private Producer producer(Broker broker) {
        Producer producer =
                MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(broker.address()), "timers-producer")
                        .sendTimeout(Duration.ofSeconds(30))
                        .build());
        producer.start();
        return producer;
    }

    private BrokerConfig config(Path directory) {
        return BrokerConfig.builder()
                .dataDirectory(directory)
                .flush(flush)
                .maxDelay(YEAR)
                .build();
    }

    /** Collects until little more is freed: one collection leaves what it has only just unlinked. */
    private static double usedHeapMib() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private void percentiles(String name, Histogram millis) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-52s %d / %d / %d ms%n",
                        name + ", p50 / p99 / max of " + millis.getTotalCount(),
                        millis.getValueAtPercentile(50),
                        millis.getValueAtPercentile(99),
                        millis.getMaxValue());
        spec.commandLine().getOut().flush();
    }

    private void print(String name, double value, String unit) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-52s %.1f %s%n", name, value, unit);
        out.flush();
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static void delete(Path base) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(base)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
