package io.ternmq.benchmarks.recovery;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Fills a store, and measures from the start of a process until the broker in it is ready: after a clean stop, and after processes that
 * were ended in the middle of appending, so many bytes behind their first checkpoint. Each start is a process of its own.
 */
@Command(
        name = "recovery",
        description = "Measures how long a broker needs to be ready, after a clean stop and after a crash.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class RecoveryCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final int KILLED = 137;

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(names = "--directory", description = "Where the store is filled; a temporary directory by default.")
    private @Nullable Path directory;

    @Option(names = "--size", description = "MiB of messages in the store, 1 to 102400.")
    private int size = 10_240;

    @Option(names = "--behind", split = ",", description = "MiB appended before the process is ended.")
    private List<Integer> behind = List.of(1, 32, 256);

    @Option(names = "--rounds", description = "Starts of each kind, 1 to 100.")
    private int rounds = 3;

    @Option(names = "--step", hidden = true, description = "What this very process does; used by the command itself.")
    private Step step = Step.ALL;

    /** For the command line. */
    public RecoveryCommand() {}

    /** What a process does. */
    enum Step {
        ALL,
        START,
        CRASH
    }

    @Override
    public Integer call() throws Exception {
        if (size < 1
                || size > 102_400
                || rounds < 1
                || rounds > 100
                || behind.stream().anyMatch(each -> each < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--size=" + size + ", --rounds=" + rounds + ", --behind=" + behind
                            + " are not allowed; allowed: 1 to 102400, 1 to 100, numbers from 1");
        }
        switch (step) {
            case START -> startOnce(required());
            case CRASH ->
                new Filling()
                        .run(
                                required(),
                                behind.get(0) * MIB,
                                () -> Runtime.getRuntime().halt(KILLED));
            case ALL -> measure();
        }
        return 0;
    }

    private Path required() {
        if (directory == null) {
            throw new ParameterException(spec.commandLine(), "--step needs --directory");
        }
        return directory;
    }

    private static void startOnce(Path place) throws IOException {
        try (Broker broker =
                Broker.start(BrokerConfig.builder().dataDirectory(place).build())) {
            System.out.println("ready " + broker.port());
        }
    }

    private void measure() throws IOException, InterruptedException {
        Path place = directory == null ? Files.createTempDirectory("ternmq-recovery") : directory;
        try {
            PrintWriter out = spec.commandLine().getOut();
            new Filling().run(place, size * MIB, () -> {});
            out.println(
                    "store of " + size + " MiB; milliseconds from the start of the process until the broker is ready");
            // What is derived from the log was not made while the store was filled.
            print(out, "making all that is derived anew", readyAfter(place));
            for (int round = 0; round < rounds; round++) {
                print(out, "after a clean stop", readyAfter(place));
            }
            for (int distance : behind) {
                for (int round = 0; round < rounds; round++) {
                    crash(place, distance);
                    print(out, "after a crash in the middle of " + distance + " MiB", readyAfter(place));
                }
            }
        } finally {
            if (directory == null) {
                delete(place);
            }
        }
    }

    private static void print(PrintWriter out, String what, double millis) {
        out.printf(Locale.ROOT, "%-45s %8.0f%n", what, millis);
        out.flush();
    }

    private static double readyAfter(Path place) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = process(place, Step.START);
        double millis = -1;
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            while (line != null) {
                if (line.startsWith("ready ")) {
                    millis = (System.nanoTime() - begun) / 1e6;
                }
                line = lines.readLine();
            }
        }
        if (process.waitFor() != 0 || millis < 0) {
            throw new IOException("the broker has not started: directory=" + place + ", exit=" + process.exitValue());
        }
        return millis;
    }

    private static void crash(Path place, int distance) throws IOException, InterruptedException {
        int exit = process(place, Step.CRASH, "--behind=" + distance).waitFor();
        if (exit != KILLED) {
            throw new IOException("the process was not ended as it should: directory=" + place + ", exit=" + exit);
        }
    }

    private static Process process(Path place, Step step, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                "--step=" + step,
                "--directory=" + place));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void delete(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
