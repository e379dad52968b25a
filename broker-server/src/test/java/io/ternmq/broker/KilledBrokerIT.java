package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real jar in a process of its own: killed without warning, and ended politely. */
class KilledBrokerIT {
    private static final Path JAR = Path.of("target", "ternmq-broker.jar");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void losesNoAcknowledgedMessageWhenItIsKilled(String flush) throws Exception {
        Set<String> acknowledged = new HashSet<>();
        Started first = start(flush);
        try (TestClient client = new TestClient(first.port)) {
            client.send("kill", "first");
            acknowledged.add("first");
            client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader("g", "kill", 0, 1).encode());
            List<CompletableFuture<Command>> sends = new ArrayList<>();
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            for (int i = 0; System.nanoTime() < until; i++) {
                sends.add(client.startSend("kill", 0, "m" + i, Map.of()));
                if (sends.size() % 64 == 0) {
                    TestClient.join(sends.get(sends.size() - 1));
                }
            }
            first.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            await().until(client.closed()::isDone);
            for (int i = 0; i < sends.size(); i++) {
                CompletableFuture<Command> send = sends.get(i);
                if (send.isDone()
                        && !send.isCompletedExceptionally()
                        && send.join().code() == 0) {
                    acknowledged.add("m" + i);
                }
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(50);

        Started second = start(flush);
        try (TestClient client = new TestClient(second.port)) {
            assertThat(readAll(client)).containsAll(acknowledged);
            assertThat(client.call(
                                    RequestCode.QUERY_CONSUMER_OFFSET,
                                    new QueryOffsetHeader("g", "kill", 0, false).encode())
                            .fields()
                            .requireLong("offset"))
                    .isEqualTo(1);
        } finally {
            second.process.destroyForcibly();
        }
    }

    @Test
    void closesCleanlyWhenItIsToldTo() throws Exception {
        Started broker = start("sync");
        try (TestClient client = new TestClient(broker.port)) {
            client.send("polite", "x");
        }

        broker.process.destroy();

        assertThat(broker.process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(broker.log).lines())
                .singleElement()
                .asString()
                .contains("is ready");
    }

    private static List<String> readAll(TestClient client) throws Exception {
        List<String> bodies = new ArrayList<>();
        long offset = 0;
        while (true) {
            Command answer = client.pullAll("reader", "kill", 0, offset, 0);
            if (answer.code() != 0) {
                return bodies;
            }
            bodies.addAll(TestClient.bodies(answer));
            offset = answer.fields().requireLong("nextBeginOffset");
        }
    }

    private Started start(String flush) throws IOException {
        Path log = Files.createTempFile(directory, "broker", ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "--port=0",
                        "--flush=" + flush,
                        "--data-dir=" + directory.resolve("data"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(log).contains("is ready"));
        String line = Files.readString(log);
        String port = line.replaceAll("(?s).*address=127\\.0\\.0\\.1:(\\d+).*", "$1");
        return new Started(process, Integer.parseInt(port), log);
    }

    private record Started(Process process, int port, Path log) {}
}
