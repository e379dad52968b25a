package io.ternmq.interop.peer;

import static org.awaitility.Awaitility.await;

import io.ternmq.test.LoopbackPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * TernMQ's executable, as built, in a process of its own on a port that it keeps when it is started again. For one thread at a time.
 */
public final class TernMQServer implements BrokerTarget {
    private static final Path JAR = Path.of("..", "broker-server", "target", "ternmq-broker.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private ChildJvm jvm;

    private TernMQServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        this.jvm = launch();
    }

    /** Starts it with its data below {@code folder}; it serves when this returns. */
    public static TernMQServer start(Path folder) {
        return new TernMQServer(folder, LoopbackPorts.find());
    }

    /** Ends the process at once, as {@code kill -9} does, and starts another on the same data. */
    public void killAndStartAgain() {
        jvm.kill();
        jvm = launch();
    }

    /** Asks the process to end, as an operator does, and starts another on the same data. */
    public void stopAndStartAgain() {
        jvm.close();
        jvm = launch();
    }

    @Override
    public String nameServer() {
        return "127.0.0.1:" + port;
    }

    @Override
    public String clusterName() {
        return "DefaultCluster";
    }

    @Override
    public void close() {
        jvm.close();
    }

    private ChildJvm launch() {
        Path jar = JAR.toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("the executable is not built: jar=" + jar
                    + "; build this module with those it needs (mvn -pl interop-tests -am verify)");
        }
        List<String> arguments = List.of(
                "--port",
                Integer.toString(port),
                "--data-dir",
                folder.resolve("store").toString());
        ChildJvm started = ChildJvm.start(folder, ChildJvm.Program.ofJar(jar, List.of("-Xmx256m"), arguments));
        try {
            await("TernMQ's executable").atMost(PATIENCE).until(() -> isReady(started));
        } catch (RuntimeException failure) {
            started.close();
            throw new IllegalStateException("TernMQ's executable is not ready: " + started.describe(), failure);
        }
        return started;
    }

    private static boolean isReady(ChildJvm started) {
        if (!started.process().isAlive()) {
            throw new IllegalStateException("the process has ended");
        }
        return started.output().contains(" is ready: ");
    }
}
