package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify-store} and {@code rebuild-index} on the data directory of a broker that was stopped. */
class StoreCommandsTest {
    private static final String[] BODIES = {"first", "second", "third"};

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void findsNothingWrongInASoundStoreAndChangesNothing() throws Exception {
        fill();
        Map<String, byte[]> before = content();

        assertThat(run("verify-store", directory.toString())).isZero();

        assertThat(out()).startsWith("verified: messages=3, bytes=").endsWith("damaged places=0\n");
        assertThat(err.size()).as("nothing is drawn where there is no terminal").isZero();
        assertThat(content()).containsExactlyEntriesOf(before);
    }

    @Test
    void findsAFlippedBitInEveryPartOfARecord() throws Exception {
        fill();
        long first = sizeAt(0) + 4;
        long second = first + sizeAt(first) + 4;

        for (long at = first; at < second; at++) {
            flip(segment(), at);
            out.reset();

            assertThat(run("verify-store", directory.toString()))
                    .as("flipped at %d", at)
                    .isEqualTo(1);

            assertThat(out())
                    .as("flipped at %d", at)
                    .contains("damaged: file=" + segment() + ", position=" + first + ", logOffset=" + first + ", bytes="
                            + (second - first))
                    .contains("messages=2")
                    .contains("damaged places=1");
            flip(segment(), at);
        }
    }

    @Test
    void findsAStateFileThatIsDamaged() throws Exception {
        fill();
        Path topics = directory.resolve("state").resolve("topics.json");
        Files.deleteIfExists(topics.resolveSibling("topics.json.previous"));
        flip(topics, Files.size(topics) - 3);

        assertThat(run("verify-store", directory.toString())).isEqualTo(1);

        assertThat(out()).contains("damaged: file=" + topics);
    }

    @Test
    void tellsTheTornEndOfAKilledBrokerFromDamage() throws Exception {
        fill();
        Files.delete(directory.resolve("checkpoint"));
        Files.deleteIfExists(directory.resolve("checkpoint.previous"));
        Files.write(segment(), new byte[5000], StandardOpenOption.APPEND);

        assertThat(run("verify-store", directory.toString())).isZero();

        assertThat(out()).contains("bytes without a message at the end=5000").contains("messages=3");
    }

    @Test
    void doesNotTakeASegmentThatWasBeingPreparedForAPartOfTheLog() throws Exception {
        fill();
        Files.write(directory.resolve("log").resolve("spare"), new byte[5000]);

        assertThat(run("verify-store", directory.toString())).isZero();

        assertThat(out()).startsWith("verified: messages=3, bytes=").endsWith("damaged places=0\n");
    }

    @Test
    void refusesADirectoryThatABrokerHas() throws Exception {
        try (Broker broker =
                Broker.start(BrokerConfig.builder().dataDirectory(directory).build())) {
            assertThat(run("verify-store", broker.dataDirectory().toString())).isEqualTo(1);
            assertThat(run("rebuild-index", broker.dataDirectory().toString())).isEqualTo(1);
        }
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("in use by another broker", directory.toString()));
    }

    @Test
    void refusesADirectoryWithoutAStoreAndLeavesItAlone() throws IOException {
        assertThat(run("verify-store", directory.toString())).isEqualTo(1);
        assertThat(run("rebuild-index", directory.toString())).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no store", directory.toString());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void wantsADirectory() {
        assertThat(run("verify-store")).isEqualTo(2);
        assertThat(run("rebuild-index")).isEqualTo(2);
        assertThat(run("rebuild-index", "--wrong", directory.toString())).isEqualTo(2);
    }

    @Test
    void isExplainedByHelp() {
        assertThat(run("--help")).isZero();
        assertThat(run("verify-store", "--help")).isZero();
        assertThat(run("rebuild-index", "--help")).isZero();

        assertThat(out()).contains("verify-store", "rebuild-index", "Exit code");
    }

    @Test
    void makesQueuesAnewFromTheMessages() throws Exception {
        fill();
        flip(directory.resolve("queue-tails"), 100);
        Path queue =
                Files.createDirectories(directory.resolve("queues").resolve("t").resolve("0"));
        Files.write(queue.resolve("00000000000000000000"), new byte[60]);
        Path keys = Files.createDirectories(directory.resolve("index").resolve("keys"));
        Files.write(keys.resolve("manifest"), new byte[60]);

        assertThat(run("rebuild-index", directory.toString())).isZero();

        assertThat(out()).isEqualTo("rebuilt: messages=3\n");
        assertThat(messages()).containsExactly(BODIES);
    }

    @Test
    void leavesOutWhatIsDamaged() throws Exception {
        fill();
        flip(segment(), sizeAt(0) + 4 + 50);

        assertThat(run("rebuild-index", directory.toString())).isZero();

        assertThat(out()).isEqualTo("rebuilt: messages=2\n");
        assertThat(messages()).containsExactly("first", "third");
    }

    private void fill() throws Exception {
        try (Broker broker = Broker.start(
                        BrokerConfig.builder().dataDirectory(directory).build());
                TestClient client = new TestClient(broker.port())) {
            for (String body : BODIES) {
                client.send("t", 0, body, Map.of("KEYS", "k", "TAGS", "a"));
            }
        }
    }

    private List<String> messages() throws Exception {
        try (Broker broker = Broker.start(
                        BrokerConfig.builder().dataDirectory(directory).build());
                TestClient client = new TestClient(broker.port())) {
            return TestClient.bodies(client.pullAll("g", "t", 0, 0, 0));
        }
    }

    private Path segment() {
        return directory.resolve("log").resolve("00000000000000000000");
    }

    private int sizeAt(long position) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(segment())).getInt((int) position);
    }

    private static void flip(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1 << position % 8)).flip();
            channel.write(one, position);
        }
    }

    private Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                content.put(path.toString(), Files.readAllBytes(path));
            }
        }
        return content;
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int run(String... arguments) {
        return BrokerMain.run(
                arguments,
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
