package io.ternmq.benchmarks.scale;

import com.sun.management.OperatingSystemMXBean;
import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a broker in this JVM, makes many topics, loads all of them, and starts it again. */
@Command(
        name = "queues",
        description = "Measures creation, idle cost, load, files and restart of a broker with many queues.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class QueuesCommand implements Callable<Integer> {
    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(names = "--topics", description = "Topics, 1 to 20000.")
    private int topics = 1250;

    @Option(names = "--queues", description = "Queues of each, 1 to 64.")
    private int queues = 8;

    @Option(names = "--seconds", description = "Of each load, 1 to 600.")
    private int seconds = 20;

    @Option(names = "--size", description = "Bytes of a message, 1 to 65536.")
    private int size = 1024;

    /** For the command line. */
    public QueuesCommand() {}

    @Override
    public Integer call() throws Exception {
        if (topics < 1
                || topics > 20_000
                || queues < 1
                || queues > 64
                || seconds < 1
                || seconds > 600
                || size < 1
                || size > 65_536) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--topics=" + topics + ", --queues=" + queues + ", --seconds=" + seconds + ", --size=" + size
                            + " are not all allowed; see --help");
        }
        Report report = new Report(spec.commandLine().getOut());
        Path directory = Files.createTempDirectory("ternmq-queues");
        try {
            measure(report, directory);
            return 0;
        } finally {
            Report.delete(directory);
        }
    }

    private void measure(Report report, Path directory) throws Exception {
        BrokerConfig config = BrokerConfig.builder().dataDirectory(directory).build();
        long stored;
        Broker broker = Broker.start(config);
        try {
            double before = Report.usedHeapMib();
            create(report, broker);
            idle(report, before);
            stored = load(report, broker, 1) + load(report, broker, topics);
            report.line("heap of broker and client, after GC", "%.1f MiB", Report.usedHeapMib());
        } finally {
            long began = System.nanoTime();
            broker.close();
            report.line("close", "%.0f ms", (System.nanoTime() - began) / 1e6);
        }
        files(report, directory, stored);
        long began = System.nanoTime();
        Broker again = Broker.start(config);
        report.line("start again", "%.0f ms", (System.nanoTime() - began) / 1e6);
        again.close();
    }

    private void create(Report report, Broker broker) {
        long began = System.nanoTime();
        try (AdminClient admin =
                AdminClient.create(ClientConfig.builder(broker.address()).build())) {
            for (int i = 0; i < topics; i++) {
                admin.createTopic(TopicSpec.of(topic(i), queues));
            }
        }
        double millis = (System.nanoTime() - began) / 1e6;
        report.line(
                "create " + topics + " topics of " + queues + " queues",
                "%.0f ms, %.2f ms a topic",
                millis,
                millis / topics);
    }

    private static void idle(Report report, double heapBefore) throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        TimeUnit.SECONDS.sleep(3);
        report.line("heap that the topics take, after GC", "%.1f MiB", Report.usedHeapMib() - heapBefore);
        long cpu = system.getProcessCpuTime();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(5);
        double share = (system.getProcessCpuTime() - cpu) * 100.0 / (System.nanoTime() - began);
        report.line("CPU when idle", "%.2f %% of a core", share);
    }

    private long load(Report report, Broker broker, int loaded) throws InterruptedException {
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(ClientConfig.builder(broker.address()).build(), "queues")
                        .build());
        producer.start();
        try {
            byte[] body = new byte[size];
            ThreadLocalRandom.current().nextBytes(body);
            long sent = 0;
            for (int i = 0; i < loaded; i++) {
                producer.send(new Message(topic(i), "", body));
                sent++;
            }
            Flow warmUp = new Flow(producer, () -> message(loaded, body));
            sent += warmUp.run(TimeUnit.SECONDS.toNanos(2), Long.MAX_VALUE).sent();
            Flow.Result result = new Flow(producer, () -> message(loaded, body))
                    .run(TimeUnit.SECONDS.toNanos(seconds), Long.MAX_VALUE);
            report.line(
                    "sends of " + size + " B over " + loaded * queues + " queues",
                    "%.0f/s, p99 %.1f ms",
                    result.perSecond(),
                    result.p99Millis());
            return sent + result.sent();
        } finally {
            producer.shutdown();
        }
    }

    private void files(Report report, Path directory, long stored) throws IOException {
        List<Path> all = Report.files(directory);
        List<Path> ofQueues = all.stream()
                .filter(file -> file.startsWith(directory.resolve("queues")))
                .toList();
        report.line("files", "%d, of which %d of queues", all.size(), ofQueues.size());
        report.line(
                "bytes of queue files",
                "%d for %d messages, %.1f a message",
                Report.bytes(ofQueues),
                stored,
                (double) Report.bytes(ofQueues) / stored);
    }

    private Message message(int loaded, byte[] body) {
        return new Message(topic(ThreadLocalRandom.current().nextInt(loaded)), "", body);
    }

    private static String topic(int number) {
        return "topic-" + number;
    }
}
