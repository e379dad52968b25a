package io.ternmq.benchmarks.spring;

import io.ternmq.broker.Broker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /**
     * Runs as many turns as the first argument says, 15 by default; with {@code archived} as the second, from archives of the classes
     * that each application loads.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length == 0 ? 15 : Integer.parseInt(arguments[0]);
        boolean archived = arguments.length > 1 && arguments[1].equals("archived");
        Path archives = Files.createTempDirectory("ternmq-startup");
        try (Broker broker = Broker.start()) {
            Predicate<String> embedded = BENCHMARKS_OWN.asMatchPredicate().negate();
            Predicate<String> starter =
                    embedded.and(BROUGHT_BY_BROKER.asMatchPredicate().negate());
            Predicate<String> empty =
                    starter.and(BROUGHT_BY_STARTER.asMatchPredicate().negate());
            List<Application> applications = new ArrayList<>(List.of(
                    new Application("empty", classPath(empty)),
                    new Application(
                            "with the starter, broker in another process",
                            classPath(starter),
                            "--ternmq.name-server=" + broker.address()),
                    new Application("with the starter and the embedded broker", classPath(embedded))));
            if (archived) {
                for (int i = 0; i < applications.size(); i++) {
                    applications.set(i, applications.get(i).archived(archives.resolve(i + ".jsa")));
                }
            }
            print(applications, measure(applications, rounds));
        } finally {
            delete(archives);
        }
    }

    /** What each start of each application took, in microseconds. */
    private static List<List<Long>> measure(List<Application> applications, int rounds)
            throws IOException, InterruptedException {
        List<List<Long>> micros = new ArrayList<>();
        applications.forEach(application -> micros.add(new ArrayList<>()));
        for (int i = 0; i < rounds; i++) {
            // Each is the first of its turn as often as the others.
            for (int j = i; j < i + applications.size(); j++) {
                int which = j % applications.size();
                micros.get(which).add(applications.get(which).start());
            }
        }
        return micros;
    }

    private static void print(List<Application> applications, List<List<Long>> micros) {
        System.out.printf("%-44s %8s %8s %22s%n", "application", "ms", "added", "added, within a turn");
        List<Long> base = micros.get(0);
        System.out.printf("%-44s %8.0f%n", applications.get(0).name(), median(base) / 1000.0);
        for (int i = 1; i < applications.size(); i++) {
            List<Long> took = micros.get(i);
            List<Long> differences = new ArrayList<>();
            for (int j = 0; j < base.size(); j++) {
                differences.add(took.get(j) - base.get(j));
            }
            System.out.printf(
                    "%-44s %8.0f %8.0f %22.0f%n",
                    applications.get(i).name(),
                    median(took) / 1000.0,
                    (median(took) - median(base)) / 1000.0,
                    median(differences) / 1000.0);
        }
    }

    private static String classPath(Predicate<String> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> wanted.test(String.valueOf(Path.of(entry).getFileName())))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** The empty application with what is on its class path, started in a JVM of its own. */
    private record Application(String name, String classPath, List<String> options, List<String> arguments) {

        Application(String name, String classPath, String... arguments) {
            this(name, classPath, List.of(), List.of(arguments));
        }

        /** The same, from an archive of its classes, which one start more writes. */
        Application archived(Path archive) throws IOException, InterruptedException {
            with("-XX:ArchiveClassesAtExit=" + archive).start();
            return with("-XX:SharedArchiveFile=" + archive);
        }

        private Application with(String option) {
            return new Application(
                    name, classPath, List.of(option, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"), arguments);
        }

        /** How long it took until it was ready, in microseconds. */
        long start() throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(List.of(
                    "-Xmx256m",
                    "-cp",
                    classPath,
                    EmptyApplication.class.getName(),
                    "--spring.main.banner-mode=off",
                    "--logging.level.root=warn"));
            command.addAll(arguments);
            Process child =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
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
    }
}
