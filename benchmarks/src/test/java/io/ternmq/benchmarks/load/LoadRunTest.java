package io.ternmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.benchmarks.client.ClientFactory;
import io.ternmq.benchmarks.client.ClientKind;
import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Very short runs against an embedded broker: that every mode counts what it does. */
class LoadRunTest {
    private static Broker broker;

    @BeforeAll
    static void startBroker(@TempDir Path directory) throws Exception {
        broker = Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
    }

    @AfterAll
    static void closeBroker() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"sync", "async", "oneway", "batch", "consume"})
    void countsMessagesOfEveryMode(Mode mode) throws Exception {
        Row row = run(mode, ClientKind.ternmq).get(0);

        assertThat(row.name()).isEqualTo(mode.name());
        assertThat(row.measured().messages()).isPositive();
        assertThat(row.measured().failures()).isZero();
        assertThat(row.measured().cpu().elapsedMicros()).isPositive();
    }

    @Test
    void receivesEverythingThatWasSentAtAFixedRate() throws Exception {
        List<Row> rows = run(Mode.e2e, ClientKind.ternmq);

        assertThat(rows).extracting(Row::name).containsExactly("e2e send", "e2e receive");
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(row.measured().latencies().getTotalCount()).isPositive());
        assertThat(rows.get(1).note()).startsWith("all received");
    }

    @Test
    void drivesTheGenuineClientFromAClassPathOfItsOwn() throws Exception {
        Row row = run(Mode.sync, ClientKind.rocketmq).get(0);

        assertThat(row.measured().messages()).isPositive();
        assertThat(row.measured().failures()).isZero();
    }

    @Test
    void failsWhenNoBrokerIsThere() {
        LoadSettings settings = new LoadSettings(
                "127.0.0.1:1", "t", Mode.sync, 1, 1, 1, 128, 1, 100, 1, Duration.ZERO, Duration.ofMillis(100));

        assertThatThrownBy(() -> run(settings, ClientKind.ternmq.factory())).hasMessageContaining("127.0.0.1:1");
    }

    /** A window in which a busy machine got nothing done, or not in time, proves nothing and is tried again, longer. */
    private static List<Row> run(Mode mode, ClientKind client) throws Exception {
        Duration window = mode == Mode.consume ? Duration.ofSeconds(5) : Duration.ofMillis(200);
        while (window.toSeconds() < 10) {
            try {
                List<Row> rows = run(settings(mode, window), client.factory());
                if (rows.stream().allMatch(LoadRunTest::isGood)) {
                    return rows;
                }
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("nothing succeeded in the window");
            }
            window = window.multipliedBy(4);
        }
        return run(settings(mode, window), client.factory());
    }

    private static boolean isGood(Row row) {
        return row.measured().messages() > 0 && row.measured().failures() == 0;
    }

    private static List<Row> run(LoadSettings settings, ClientFactory clients) throws Exception {
        return new LoadRun(settings, clients, new CpuClock(OptionalLong.empty())).run();
    }

    private static LoadSettings settings(Mode mode, Duration window) {
        return new LoadSettings(
                broker.address(), "load-" + mode, mode, 2, 10, 8, 128, 200, 2000, 2, Duration.ofMillis(50), window);
    }
}
