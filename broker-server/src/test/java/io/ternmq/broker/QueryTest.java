package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding messages by key and unique id over a real socket. */
class QueryTest {
    @TempDir
    private Path directory;

    @Test
    void findsMessagesByKeyAndByUniqueId() throws IOException {
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            client.send("orders", 0, "one", Map.of("KEYS", "a b", "UNIQ_KEY", "0A01"));
            client.send("orders", 1, "two", Map.of("KEYS", "b", "UNIQ_KEY", "0A02"));

            Command answer = query(client, "orders", "b", false);
            assertThat(TestClient.bodies(answer)).containsExactly("one", "two");
            List<StoredMessage> found = TestClient.messages(answer);
            assertThat(answer.fields().get("indexLastUpdatePhyoffset"))
                    .isEqualTo(Long.toString(found.get(1).commitLogOffset()));
            assertThat(answer.fields().get("indexLastUpdateTimestamp"))
                    .isEqualTo(Long.toString(found.get(1).storeTimestamp()));
            assertThat(TestClient.bodies(query(client, "orders", "0A01", true))).containsExactly("one");
            assertThat(TestClient.bodies(client.call(RequestCode.QUERY_MESSAGE, fields("orders", "b", false, 1))))
                    .containsExactly("two");
        }
    }

    @Test
    void findsAtMostTheSixtyFourNewest() throws IOException {
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            for (int i = 0; i < 70; i++) {
                client.send("orders", 0, "m" + i, Map.of("KEYS", "k"));
            }

            assertThat(TestClient.bodies(query(client, "orders", "k", false)))
                    .hasSize(64)
                    .startsWith("m6")
                    .endsWith("m69");
        }
    }

    @Test
    void saysThatNothingIsFound() throws IOException {
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            Command answer = query(client, "orders", "nobody", false);

            assertThat(answer.code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND.number());
            assertThat(answer.remark()).contains("topic=orders, key=nobody");
            assertThat(client.call(RequestCode.QUERY_MESSAGE, Fields.of("topic", "orders"))
                            .remark())
                    .contains("key");
        }
    }

    @Test
    void findsADelayedMessageUnderItsTopicOnceItIsDelivered() throws IOException {
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            client.send("orders", 0, "later", Map.of("UNIQ_KEY", "0A01", "DELAY", "18"));

            assertThat(query(client, "orders", "0A01", true).code()).isEqualTo(ResponseCode.QUERY_NOT_FOUND.number());
            assertThat(TestClient.bodies(query(client, "rmq_sys_wheel_timer", "0A01", true)))
                    .containsExactly("later");
            broker.advanceTimers(Duration.ofHours(2));
            client.pullAll("g", "orders", 0, 0, 30_000);
            assertThat(TestClient.bodies(query(client, "orders", "0A01", true))).containsExactly("later");
        }
    }

    @Test
    void findsThemAfterARestartAndAfterTheIndexIsDeleted() throws IOException {
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            client.send("orders", 0, "one", Map.of("KEYS", "k"));
        }
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            assertThat(TestClient.bodies(query(client, "orders", "k", false))).containsExactly("one");
            client.send("orders", 0, "two", Map.of("KEYS", "k"));
        }
        delete(directory.resolve("index"));
        try (Broker broker = start();
                TestClient client = new TestClient(broker.port())) {
            assertThat(TestClient.bodies(query(client, "orders", "k", false))).containsExactly("one", "two");
        }
    }

    private Broker start() throws IOException {
        return Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
    }

    private static Command query(TestClient client, String topic, String key, boolean unique) {
        return client.call(RequestCode.QUERY_MESSAGE, fields(topic, key, unique, 100));
    }

    private static Fields fields(String topic, String key, boolean unique, int max) {
        return Fields.builder()
                .put("topic", topic)
                .put("key", key)
                .put("maxNum", max)
                .put("beginTimestamp", 0)
                .put("endTimestamp", Long.MAX_VALUE)
                .put("_UNIQUE_KEY_QUERY", unique ? "true" : null)
                .build();
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(directory)) {
            paths = found.sorted((a, b) -> b.compareTo(a)).toList();
        }
        assertThat(paths).hasSizeGreaterThan(2);
        for (Path path : paths) {
            Files.delete(Objects.requireNonNull(path));
        }
    }
}
