package io.ternmq.benchmarks.embedded;

import io.ternmq.benchmarks.client.ClientFactory;
import io.ternmq.benchmarks.client.ClientKind;
import io.ternmq.benchmarks.client.LoadClient;
import io.ternmq.benchmarks.client.Target;
import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Starts embedded brokers in this JVM, which has just begun, and prints one line a figure. The first start is a cold one; the warm
 * ones follow.
 */
@Command(
        name = "embedded",
        description =
                "Measures start, memory, disk and end of the embedded broker, and the first send of fresh clients.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class EmbeddedCommand implements Callable<Integer> {
    private static final int COLLECTIONS = 5;

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(names = "--starts", description = "Warm starts.")
    private int starts = 20;

    @Option(names = "--clients", description = "Fresh clients that send once.")
    private int clients = 100;

    @Option(names = "--client", description = "Their kind: ${COMPLETION-CANDIDATES}.")
    private ClientKind client = ClientKind.ternmq;

    /** For the command line. */
    public EmbeddedCommand() {}

    @Override
    public Integer call() throws Exception {
        if (starts < 1 || starts > 1000 || clients < 1 || clients > 10_000) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--starts=" + starts + ", --clients=" + clients
                            + " are not allowed; allowed: 1 to 1000, 1 to 10000");
        }
        Path base = Files.createTempDirectory("ternmq-embedded");
        try {
            starts(base);
            idle(base.resolve("idle"));
            firstSends(base.resolve("clients"));
            return 0;
        } finally {
            delete(base);
        }
    }

    private void starts(Path base) throws IOException {
        long began = System.nanoTime();
        Broker first = Broker.start(config(base.resolve("cold")));
        print("start, cold JVM", millis(System.nanoTime() - began), "ms");
        print(
                "... since the JVM began",
                (double) ManagementFactory.getRuntimeMXBean().getUptime(),
                "ms");
        began = System.nanoTime();
        first.close();
        print("close, cold JVM", millis(System.nanoTime() - began), "ms");

        Histogram start = new Histogram(3);
        Histogram close = new Histogram(3);
        for (int i = 0; i < starts; i++) {
            began = System.nanoTime();
            Broker broker = Broker.start(config(base.resolve("warm-" + i)));
            start.recordValue(System.nanoTime() - began);
            began = System.nanoTime();
            broker.close();
            close.recordValue(System.nanoTime() - began);
        }
        percentiles("start, warm JVM", start);
        percentiles("close, idle broker", close);
    }

    private void idle(Path directory) throws Exception {
        try (Broker broker = Broker.start(config(directory))) {
            try (LoadClient one = open(client.factory(), broker, 0)) {
                one.send(new byte[1024]);
                print("heap with broker and client, after GC", usedHeapMib(), "MiB");
            }
            print("heap with broker alone, after GC", usedHeapMib(), "MiB");
            print(
                    "platform threads of the JVM",
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    "");
            print("length of all files, one topic, one message", fileKib(directory), "KiB");
        }
    }

    private void firstSends(Path directory) throws Exception {
        ClientFactory factory = client.factory();
        Histogram open = new Histogram(3);
        Histogram first = new Histogram(3);
        Histogram second = new Histogram(3);
        try (Broker broker = Broker.start(config(directory))) {
            for (int i = 0; i < clients; i++) {
                long began = System.nanoTime();
                LoadClient one = open(factory, broker, i);
                open.recordValue(System.nanoTime() - began);
                try (one) {
                    time(one, first);
                    time(one, second);
                }
            }
        }
        percentiles("producer start, fresh client", open);
        percentiles("first send, fresh client", first);
        percentiles("second send", second);
    }

    private static void time(LoadClient client, Histogram histogram) throws Exception {
        long began = System.nanoTime();
        client.send(new byte[1024]);
        histogram.recordValue(System.nanoTime() - began);
    }

    private static LoadClient open(ClientFactory factory, Broker broker, int number) throws Exception {
        return factory.open(new Target(broker.address(), "first-send", "fresh-" + number));
    }

    private static BrokerConfig config(Path directory) {
        return BrokerConfig.builder().dataDirectory(directory).build();
    }

    /** Collects until little more is freed: one collection leaves what it has only just unlinked. */
    private static double usedHeapMib() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0 / 1024.0;
    }

    /** The lengths of all files; what sparse files occupy on disk may be less. */
    private static double fileKib(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes / 1024.0;
    }

    private void percentiles(String name, Histogram nanos) {
        print(
                name + ", p50 / p99 / max of " + nanos.getTotalCount(),
                millis(nanos.getValueAtPercentile(50)),
                millis(nanos.getValueAtPercentile(99)),
                millis(nanos.getMaxValue()));
    }

    private void print(String name, double p50, double p99, double max) {
        out().printf(Locale.ROOT, "%-52s %.1f / %.1f / %.1f ms%n", name, p50, p99, max);
        out().flush();
    }

    private void print(String name, double value, String unit) {
        out().printf(Locale.ROOT, "%-52s %.1f %s%n", name, value, unit);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
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
