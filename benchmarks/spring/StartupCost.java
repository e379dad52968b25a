import io.ternmq.broker.Broker;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Measures what the starter adds to the start of an empty application. Each start is that of a JVM of its own; the time counts from
 * before SpringApplication is loaded until the context is ready. Prints the medians.
 */
public final class StartupCost {

    private StartupCost() {}

    /** Nothing but what is on the class path. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    /** The child's entry: no Spring class is loaded before the clock is read. */
    public static final class Child {

        private Child() {}

        public static void main(String[] arguments) {
            long begin = System.nanoTime();
            try (ConfigurableApplicationContext context = SpringApplication.run(Empty.class, arguments)) {
                System.out.println("TOOK " + (System.nanoTime() - begin) / 1000 + " " + context.isActive());
            }
        }
    }

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? 15 : Integer.parseInt(arguments[0]);
        String[] everything = System.getProperty("java.class.path").split(File.pathSeparator);
        String empty = only(everything, jar -> !jar.startsWith("ternmq-") && !isOfTernMQ(jar));
        String starter = only(everything, jar -> !jar.startsWith("ternmq-broker-server"));
        String embedded = only(everything, jar -> true);
        try (Broker broker = Broker.start()) {
            List<Long> none = new ArrayList<>();
            List<Long> without = new ArrayList<>();
            List<Long> with = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                none.add(start(empty));
                without.add(start(starter, "--ternmq.name-server=" + broker.address()));
                with.add(start(embedded));
            }
            long base = median(none);
            System.out.printf("%-44s %8s %8s%n", "application", "ms", "added");
            System.out.printf("%-44s %8.0f%n", "empty", base / 1000.0);
            print("with the starter, broker in another process", median(without), base);
            print("with the starter and the embedded broker", median(with), base);
        }
    }

    private static boolean isOfTernMQ(String jar) {
        return jar.startsWith("netty-") || jar.startsWith("jackson-") || jar.startsWith("spring-messaging");
    }

    private static void print(String what, long micros, long base) {
        System.out.printf("%-44s %8.0f %8.0f%n", what, micros / 1000.0, (micros - base) / 1000.0);
    }

    private static String only(String[] path, Predicate<String> wanted) {
        return Arrays.stream(path)
                .filter(entry -> wanted.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static long start(String classPath, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                Child.class.getName(),
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
                if (line.startsWith("TOOK ")) {
                    micros = Long.parseLong(line.split(" ")[1]);
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
