package io.ternmq.samples.orders;

import io.ternmq.test.LoopbackPorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The broker's executable in a process of its own, always on the same port and directory. */
final class BrokerProcess implements AutoCloseable {

    private final int port;
    private final Path directory;
    private Process process;

    private BrokerProcess(int port, Path directory) {
        this.port = port;
        this.directory = directory;
        this.process = launch();
        awaitReady();
    }

    static BrokerProcess start(Path directory) {
        return new BrokerProcess(LoopbackPorts.find(), directory);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** {@code kill -9}: no chance to finish anything. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void startAgain() {
        process = launch();
        awaitReady();
    }

    @Override
    public void close() {
        kill();
    }

    private Process launch() {
        Path jar = Path.of(System.getProperty("ternmq.broker.jar", "../../broker-server/target/ternmq-broker.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("broker's executable is missing: " + jar.toAbsolutePath()
                    + "; build it: mvn package -pl broker-server -am");
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        File log = directory.resolve("broker.log").toFile();
        try {
            return new ProcessBuilder(
                            java.toString(),
                            "-Xmx256m",
                            "-jar",
                            jar.toString(),
                            "--port",
                            Integer.toString(port),
                            "--data-dir",
                            directory.resolve("data").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        Awaitility.await("broker at " + address() + ", log in " + directory)
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                "broker has ended: " + Files.readString(directory.resolve("broker.log")));
                    }
                    return accepts();
                });
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
