package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the executable says; none of these starts a broker that stays. */
class BrokerMainTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--data-dir",
                "--listen",
                "--port",
                "--advertised-address",
                "--flush",
                "--retention",
                "--retention-size",
                "--disk-share",
                "--max-message-size",
                "--transaction-check-immunity",
                "--transaction-check-interval",
                "--transaction-max-checks",
                "--transaction-max-pending",
                "--auto-create-topics",
                "--allow-unauthenticated",
                "--tls-mode",
                "--tls-cert",
                "--tls-key",
                "--config",
                "--help",
                "--version",
                "TERNMQ_DATA_DIR",
                "Default: 127.0.0.1",
                "Default: 9876",
                "Default: sync"
            })
    void explainsItsOptions(String text) {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(text);
    }

    @Test
    void tellsItsVersion() {
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("TernMQ broker ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--port=x | --port",
                "--port=70000 | port=70000",
                "--flush=maybe | SYNC, ASYNC",
                "--retention=soon | 'soon' is not a time",
                "--transaction-check-immunity=10ms | transaction-check-immunity=PT0.01S",
                "--transaction-check-interval=8d | transaction-check-interval=PT192H",
                "--transaction-max-checks=-1 | transaction-max-checks=-1",
                "--transaction-max-pending=0 | transaction-max-pending=0",
                "--retention=0s | retention=PT0S",
                "--disk-share=3 | disk-share=3; use 5 to 99",
                "--max-message-size=1GiB | max-message-size=1073741824",
                "--max-message-size=2GiB | '2GiB' is too large",
                "--max-message-size=4 bits | is not a size",
                "--retention-size=many | 'many' is not a size",
                "--retention-size=999999999TiB | is too large",
                "--max-message-size=64MiB | max-message-size=67108864",
                "--listen=0.0.0.0 | allow-unauthenticated",
                "--tls-mode=permissive | tls-cert",
                "--advertised-address=a:b:c | advertised-address=a:b:c",
                "--prot=1 | --prot"
            })
    void refusesWhatIsNotAllowedAndNamesIt(String option, String named) {
        assertThat(run(Map.of(), "--data-dir=" + directory, option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("ternmq-broker: ")
                .contains(named)
                .doesNotContain("\tat ");
    }

    @Test
    void refusesAKeyOfTheFileThatIsNoOptionAndNamesTheNearest() throws IOException {
        Path file = Files.writeString(directory.resolve("broker.yml"), "retension: 3h\n");

        assertThat(run(Map.of(), "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("key=retension")
                .contains("value=3h")
                .contains("did you mean retention?");
    }

    @Test
    void refusesAFileThatDoesNotExist() {
        assertThat(run(Map.of("TERNMQ_CONFIG", directory + "/none.yml"))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("none.yml");
    }

    @Test
    void prefersTheCommandLineToTheEnvironmentToTheFile() throws IOException {
        Path file = Files.writeString(
                directory.resolve("broker.yml"), "disk-share: 1\nretention: bad-file\ntls:\n  mode: permissive\n");
        Map<String, String> environment =
                Map.of("TERNMQ_CONFIG", file.toString(), "TERNMQ_DISK_SHARE", "2", "TERNMQ_RETENTION", "72h");

        assertThat(run(environment, "--tls-mode=disabled")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("disk-share=2;");
    }

    @Test
    void saysInOneLineThatThePortIsInUse() throws IOException {
        try (Broker other = Broker.start()) {
            assertThat(run(Map.of(), "--port=" + other.port(), "--data-dir=" + directory.resolve("data")))
                    .isEqualTo(1);
        }
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("in use");
    }

    @Test
    void saysInOneLineThatTheDirectoryIsInUse() throws IOException {
        try (Broker other =
                Broker.start(BrokerConfig.builder().dataDirectory(directory).build())) {
            assertThat(run(Map.of(), "--port=0", "--data-dir=" + other.dataDirectory()))
                    .isEqualTo(1);
        }
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains(directory.toString());
    }

    @Test
    void saysInOneLineThatTheDirectoryCannotBeUsed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(run(Map.of(), "--port=0", "--data-dir=" + file)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains(file.toString());
    }

    private int run(Map<String, String> environment, String... arguments) {
        return BrokerMain.run(
                arguments,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
