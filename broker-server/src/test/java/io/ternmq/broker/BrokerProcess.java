package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A broker in a process of its own, run from the executable jar. */
final class BrokerProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "ternmq-broker.jar");
    private static final Pattern ADDRESS = Pattern.compile("is ready: address=127\\.0\\.0\\.1:(\\d+),");
    private static final int KILLED = 128 + 9;

    private final Process process;
    private final Path output;

    private BrokerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts one on a free port; it keeps its data in {@code directory/data}, and is not ready yet when this returns. */
    static BrokerProcess start(Path directory, String flush) throws IOException {
        Path output = Files.createTempFile(directory, "broker", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"));
        command.add(JAR.toAbsolutePath().toString());
        command.addAll(List.of("--port=0", "--flush=" + flush, "--data-dir=" + directory.resolve("data")));
        return new BrokerProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    /** Waits until it serves, and returns its port. */
    int awaitPort() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> ADDRESS.matcher(output()).find() || !process.isAlive());
        Matcher address = ADDRESS.matcher(output());
        assertThat(address.find()).as("broker has not started: %s", output()).isTrue();
        return Integer.parseInt(address.group(1));
    }

    /** Gives it some time to live; what it does meanwhile is its own affair. */
    void letLive(Duration time) throws InterruptedException {
        process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Kills it without warning, and fails if it had ended by itself. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("broker ended by itself: %s", output())
                .isEqualTo(KILLED);
    }

    /** Tells it to end, and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** What it has printed. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
