package io.ternmq.interop.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The executable jar of {@code samples/stream}, as built, in a process of its own that listens nowhere. Thread safe. */
public final class StreamSample implements AutoCloseable {
    private static final Path JAR = Path.of("..", "samples", "stream", "target", "stream.jar");

    private final ChildJvm jvm;

    private StreamSample(ChildJvm jvm) {
        this.jvm = jvm;
    }

    /**
     * Starts it on a broker, by configuration only.
     *
     * @param folder where it keeps what it prints
     * @param arguments its command line
     */
    public static StreamSample start(Path folder, String... arguments) {
        Path jar = JAR.toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("the sample is not built: jar=" + jar
                    + "; build this module with those it needs (mvn -pl interop-tests -am verify)");
        }
        return new StreamSample(
                ChildJvm.start(folder, ChildJvm.Program.ofJar(jar, List.of("-Xmx256m"), List.of(arguments))));
    }

    /**
     * Returns the lines that it has printed so far.
     *
     * @throws IllegalStateException if it has ended; it should not do so by itself
     */
    public List<String> lines() {
        if (!jvm.process().isAlive()) {
            throw new IllegalStateException("the sample has ended: " + this);
        }
        return jvm.output().lines().toList();
    }

    @Override
    public void close() {
        jvm.close();
    }

    /** What a reader needs to know when it does not do what it should. */
    @Override
    public String toString() {
        String output = jvm.output();
        return jvm.describe() + ", last output=" + output.substring(Math.max(0, output.length() - 4000));
    }
}
