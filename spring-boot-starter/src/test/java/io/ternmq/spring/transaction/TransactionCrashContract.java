package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A process dies between any two steps of a transaction. Whichever they are, the message is delivered exactly if the order is in the
 * database, once another process of the application answers the broker.
 */
abstract class TransactionCrashContract {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker(settings ->
            settings.transactions(new TransactionConfig(Duration.ofMillis(300), Duration.ofMillis(100), 0, 1000)));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<String> received = new CopyOnWriteArrayList<>();

    /** The database of a test; one in a file is in the directory. */
    abstract DriverManagerDataSource dataSource(Path directory);

    @ParameterizedTest
    @EnumSource(CrashingShop.Point.class)
    void messageIsDeliveredExactlyWhenTheTransactionHasCommitted(CrashingShop.Point point) throws Exception {
        dies(CrashingShop.Way.SEND_IN_TRANSACTION, point);
    }

    /** Between any two of its steps: work, half message, record, commit, end. What is around them is the same as above. */
    @ParameterizedTest
    @EnumSource(names = {"AFTER_WORK", "AFTER_HALF", "AFTER_RECORD", "AFTER_COMMIT"})
    void messageIsDeliveredExactlyWhenTheMethodThatPublishesItHasCommitted(CrashingShop.Point point) throws Exception {
        dies(CrashingShop.Way.PUBLISH, point);
    }

    private void dies(CrashingShop.Way way, CrashingShop.Point point) throws Exception {
        String name = way + "-" + point;
        String order = "order-" + name;
        DriverManagerDataSource dataSource = dataSource(directory);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.execute("CREATE TABLE IF NOT EXISTS ORDERS (ID VARCHAR(100) PRIMARY KEY)");
        String topic = "orders-" + name;
        String group = "shop-" + name;
        ClientConfig client = ClientConfig.builder(BROKER.address()).build();
        try (Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(client, "first-" + name).build());
                Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(client, "readers-" + name)
                        .startFrom(StartPosition.earliest())
                        .build());
                AdminClient admin = AdminClient.create(client)) {
            producer.start();
            producer.send(message(topic, "first"));
            consumer.subscribe(topic, "*", (message, context) -> {
                received.add(new String(message.getBody(), StandardCharsets.UTF_8));
                return Action.CommitMessage;
            });
            consumer.start();
            await().atMost(PATIENCE).until(() -> received.contains("first"));

            assertThat(run(dataSource.getUrl(), topic, group, order, way, point))
                    .isEqualTo(CrashingShop.DIED);

            List<String> orders = jdbc.queryForList("SELECT ID FROM ORDERS WHERE ID = ?", String.class, order);
            assertThat(orders).hasSize(point.committed() ? 1 : 0);
            TransactionMessageTemplate successor = CrashingShop.template(dataSource, BROKER.address(), group);
            try {
                await().atMost(PATIENCE)
                        .until(() -> admin.pendingTransactions(group, 10).isEmpty());
                producer.send(message(topic, "last"));
                await().atMost(PATIENCE).until(() -> received.contains("last"));
                if (point.committed()) {
                    await().atMost(PATIENCE).until(() -> received.contains(order));
                }
                assertThat(received)
                        .containsExactlyInAnyOrderElementsOf(
                                point.committed() ? List.of("first", order, "last") : List.of("first", "last"));
            } finally {
                ((AutoCloseable) successor).close();
            }
        }
    }

    private int run(
            String database, String topic, String group, String order, CrashingShop.Way way, CrashingShop.Point point)
            throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingShop.class.getName(),
                        database,
                        BROKER.address(),
                        topic,
                        group,
                        order,
                        way.name(),
                        point.name())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Message message(String topic, String body) {
        return new Message(topic, "", body.getBytes(StandardCharsets.UTF_8));
    }
}
