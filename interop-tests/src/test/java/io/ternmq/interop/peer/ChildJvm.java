package io.ternmq.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process with a home folder of its own, in which it also keeps its logs. Closing it asks it to end, and ends it after ten
 * seconds. Thread safe.
 */
final class ChildJvm implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path home;
    private final Process process;

    private ChildJvm(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    /** What to run: options of the JVM, then what names the program, then its own arguments. */
    record Program(List<String> jvmOptions, List<String> program, List<String> arguments) {
        static Program ofClass(String classPath, String mainClass, List<String> jvmOptions, List<String> arguments) {
            return new Program(jvmOptions, List.of("-cp", classPath, mainClass), arguments);
        }

        static Program ofJar(Path jar, List<String> jvmOptions, List<String> arguments) {
            return new Program(jvmOptions, List.of("-jar", jar.toString()), arguments);
        }
    }

    /** Starts a process whose standard output and input belong to the caller; errors go to a file. */
    static ChildJvm startPiped(Path home, Program program) {
        return start(home, program, ProcessBuilder.Redirect.PIPE);
    }

    /** Starts a process whose output goes to a file. */
    static ChildJvm start(Path home, Program program) {
        return start(
                home,
                program,
                ProcessBuilder.Redirect.to(home.resolve("out.txt").toFile()));
    }

    private static ChildJvm start(Path home, Program program, ProcessBuilder.Redirect output) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-Duser.home=" + home);
        command.addAll(program.jvmOptions());
        command.addAll(program.program());
        command.addAll(program.arguments());
        try {
            Files.createDirectories(home);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectOutput(output)
                    .redirectError(home.resolve("err.txt").toFile());
            builder.environment().put("ROCKETMQ_HOME", home.toString());
            builder.environment().keySet().removeAll(List.of("NAMESRV_ADDR", "JAVA_TOOL_OPTIONS", "CLASSPATH"));
            return new ChildJvm(home, builder.start());
        } catch (IOException failure) {
            throw new UncheckedIOException("a process did not start: command=" + command, failure);
        }
    }

    Process process() {
        return process;
    }

    /** Returns what the process has printed so far to standard output, if that goes to a file. */
    String output() {
        return read(home.resolve("out.txt"));
    }

    /** Returns what a reader needs to know when this process has failed. */
    String describe() {
        String errors = read(home.resolve("err.txt"));
        String state = process.isAlive() ? "alive" : "exit code " + process.exitValue();
        return "pid=" + process.pid() + ", state=" + state + ", folder=" + home + ", last errors="
                + errors.substring(Math.max(0, errors.length() - 2000));
    }

    /** Ends the process at once, without a chance to say goodbye. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
