package io.ternmq.benchmarks.spring;

import io.ternmq.broker.Broker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Measures what the starter adds to the start of an empty application. Each start is that of a JVM of its own, in turns so that
 * whatever else the machine does meets all alike; the time counts from before {@code SpringApplication} is loaded until the context is ready. Prints
 * the medians, and of the differences within a turn too, which say more where the machine is not quiet.
 */
public final class StartupCost {

    private static final Pattern BROUGHT_BY_STARTER =
            Pattern.compile("ternmq-(?!benchmarks).*|netty-.*|jackson-.*|spring-messaging-.*");
    private static final Pattern BROUGHT_BY_BROKER =
            Pattern.compile("ternmq-broker-.*|micrometer-core-.*|HdrHistogram-.*|LatencyUtils-.*|picocli-.*");
    private static final Pattern BENCHMARKS_OWN = Pattern.compile("jmh-.*|jopt-simple-.*|commons-math3-.*");

    private StartupCost() {}

    /** Runs as many turns as the argument says, 15 by default. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length == 0 ? 15 : Integer.parseInt(arguments[0]);
        String embedded = classPath(BENCHMARKS_OWN.asMatchPredicate().negate());
        String starter = classPath(BENCHMARKS_OWN
                .asMatchPredicate()
                .or(BROUGHT_BY_BROKER.asMatchPredicate())
                .negate());
        String empty = classPath(BENCHMARKS_OWN
                .asMatchPredicate()
                .or(BROUGHT_BY_BROKER.asMatchPredicate())
                .or(BROUGHT_BY_STARTER.asMatchPredicate())
                .negate());
        List<Long> none = new ArrayList<>();
        List<Long> without = new ArrayList<>();
        List<Long> with = new ArrayList<>();
        try (Broker broker = Broker.start()) {
            for (int i = 0; i < rounds; i++) {
                // Each is the first of its turn as often as the others.
                for (int j = i; j < i + 3; j++) {
                    switch (j % 3) {
                        case 0 -> none.add(start(empty));
                        case 1 -> without.add(start(starter, "--ternmq.name-server=" + broker.address()));
                        default -> with.add(start(embedded));
                    }
                }
            }
        }
        System.out.printf("%-44s %8s %8s %22s%n", "application", "ms", "added", "added, within a turn");
        System.out.printf("%-44s %8.0f%n", "empty", median(none) / 1000.0);
        print("with the starter, broker in another process", without, none);
        print("with the starter and the embedded broker", with, none);
    }

    private static void print(String what, List<Long> micros, List<Long> base) {
        List<Long> differences = new ArrayList<>();
        for (int i = 0; i < base.size(); i++) {
            differences.add(micros.get(i) - base.get(i));
        }
        System.out.printf(
                "%-44s %8.0f %8.0f %22.0f%n",
                what, median(micros) / 1000.0, (median(micros) - median(base)) / 1000.0, median(differences) / 1000.0);
    }

    private static String classPath(Predicate<String> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> wanted.test(String.valueOf(Path.of(entry).getFileName())))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static long start(String classPath, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                EmptyApplication.class.getName(),
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn"));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder output = new StringBuilder();
        long micros = -1;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                output.append(line).append('\n');
                if (line.startsWith(EmptyApplication.TOOK)) {
                    micros = Long.parseLong(line.substring(EmptyApplication.TOOK.length()));
                }
            }
        }
        child.waitFor();
        if (micros < 0) {
            throw new IllegalStateException("the application did not start:\n" + output);
        }
        return micros;
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
