package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.test.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** An idempotent listener of an application of Spring Boot: duplicates, and a process that dies between any two steps. */
class IdempotentIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void bookingsOfDuplicatesAreMadeOnce() {
        try (ConfigurableApplicationContext context = start("duplicates")) {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            for (int i = 0; i < 5; i++) {
                template.convertAndSend("duplicates", "P1", Map.of(TernMQHeaders.KEYS, "P1"));
            }
            template.convertAndSend("duplicates", "P2", Map.of(TernMQHeaders.KEYS, "P2"));

            BROKER.group("duplicates-ledger").within(PATIENCE).awaitHandled();
            assertThat(bookings()).containsExactlyInAnyOrder("P1", "P2");
        }
    }

    @ParameterizedTest
    @EnumSource(value = DyingLedger.Point.class, mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
    void bookingIsMadeOnceAlthoughTheProcessDies(DyingLedger.Point point) throws Exception {
        String topic = "payments-" + point;
        try (ConfigurableApplicationContext sender = start("other-" + point)) {
            sender.getBean(MessageTemplate.class).convertAndSend(topic, "P1");
        }

        assertThat(run(topic, point)).describedAs(() -> output()).isEqualTo(DyingLedger.DIED);

        assertThat(bookings()).hasSize(point == DyingLedger.Point.AFTER_COMMIT ? 1 : 0);
        try (ConfigurableApplicationContext successor = start(topic)) {
            await().atMost(PATIENCE).until(() -> bookings().contains("P1"));
            successor.getBean(MessageTemplate.class).convertAndSend(topic, "P2");
            await().atMost(PATIENCE).until(() -> bookings().contains("P2"));
            assertThat(bookings()).containsExactlyInAnyOrder("P1", "P2");
        }
    }

    private ConfigurableApplicationContext start(String topic) {
        return new SpringApplicationBuilder(DyingLedger.class)
                .web(WebApplicationType.NONE)
                .run(arguments(topic, DyingLedger.Point.NEVER).toArray(String[]::new));
    }

    private List<String> arguments(String topic, DyingLedger.Point point) {
        return List.of(
                "--spring.docker.compose.enabled=false",
                "--ternmq.name-server=" + BROKER.address(),
                "--ternmq.idempotent.jdbc.initialize-schema=always",
                "--ledger.database=" + database(),
                "--ledger.topic=" + topic,
                "--ledger.point=" + point);
    }

    private String database() {
        return "jdbc:h2:file:" + directory.resolve("ledger") + ";WRITE_DELAY=0";
    }

    private List<String> bookings() {
        return new JdbcTemplate(new DriverManagerDataSource(database()))
                .queryForList("SELECT WHAT FROM BOOKINGS", String.class);
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(String topic, DyingLedger.Point point) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Dspring.devtools.restart.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                DyingLedger.class.getName()));
        command.addAll(arguments(topic, point));
        Process process = new ProcessBuilder(command)
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
}
