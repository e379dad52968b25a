package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.RecallHandle;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages with a delivery time, over a socket; the timers' clock jumps instead of the test waiting. */
class TimedMessagesTest {
    @TempDir
    Path directory;

    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(
                BrokerConfig.builder().dataDirectory(directory).brokerName("b1").build());
        client = new TestClient(broker.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMER_DELIVER_MS", "__STARTDELIVERTIME", "TIMER_DELAY_MS", "TIMER_DELAY_SEC", "DELAY"})
    void keepsAMessageUntilItIsDue(String property) {
        String value = switch (property) {
            case "DELAY" -> "17";
            case "TIMER_DELAY_MS" -> "3600000";
            case "TIMER_DELAY_SEC" -> "3600";
            default -> Long.toString(System.currentTimeMillis() + 3_600_000);
        };

        Command sent = client.send("timed", 1, "later", Map.of(property, value, "TAGS", "a", "UNIQ_KEY", "U"));

        assertThat(sent.code()).isZero();
        assertThat(client.pullAll("g", "timed", 1, 0, 0).code()).isEqualTo(19);
        broker.advanceTimers(Duration.ofMinutes(59));
        assertThat(client.pullAll("g", "timed", 1, 0, 0).code()).isEqualTo(19);
        broker.advanceTimers(Duration.ofMinutes(1));
        StoredMessage message =
                TestClient.messages(client.pullAll("g", "timed", 1, 0, 30_000)).get(0);
        assertThat(message.body()).asString(StandardCharsets.UTF_8).isEqualTo("later");
        assertThat(MessageProperties.decode(message.properties()))
                .containsEntry("TAGS", "a")
                .containsEntry(property, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMER_DELIVER_MS", "__STARTDELIVERTIME", "TIMER_DELAY_MS", "TIMER_DELAY_SEC", "DELAY"})
    void whatIsSentAfterTheTimeWasMadeToComeWaitsItsFullTime(String property) {
        broker.advanceTimers(Duration.ofDays(3));
        keepsAMessageUntilItIsDue(property);
    }

    @Test
    void tellsTheHandleByWhichTheMessageCanBeTakenBack() throws Exception {
        long due = System.currentTimeMillis() + 60_000;

        Command sent = client.send("timed", 0, "x", Map.of("TIMER_DELIVER_MS", Long.toString(due), "UNIQ_KEY", "U"));

        RecallHandle handle = RecallHandle.parse(sent.fields().require("recallHandle"));
        assertThat(handle).isEqualTo(new RecallHandle("timed", "b1", due, "U"));
        assertThat(client.send("timed", "now").fields().get("recallHandle")).isNull();
    }

    @Test
    void deliversAtOnceWhatIsDueInThePast() {
        client.send("past", 0, "x", Map.of("__STARTDELIVERTIME", "1000"));

        assertThat(TestClient.bodies(client.pullAll("g", "past", 0, 0, 0))).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource({
        "TIMER_DELIVER_MS, 99999999999999",
        "__STARTDELIVERTIME, 99999999999999",
        "TIMER_DELAY_SEC, 3456001",
        "TIMER_DELAY_MS, soon"
    })
    void refusesWhatIsTooFarAheadOrNoTime(String property, String value) {
        Command refused = client.send("too-far", 0, "x", Map.of(property, value));

        assertThat(refused.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL.number());
        assertThat(refused.remark()).contains("delivery time");
    }

    @Test
    void takesAYearIfToldSo() throws Exception {
        stop();
        broker = Broker.start(BrokerConfig.builder()
                .dataDirectory(directory)
                .maxDelay(Duration.ofDays(366))
                .build());
        client = new TestClient(broker.port());

        assertThat(client.send("year", 0, "x", Map.of("TIMER_DELAY_SEC", Long.toString(365L * 86_400)))
                        .code())
                .isZero();
    }

    @Test
    void refusesABatchWithAMessageThatIsNotDue() {
        byte[] body = BatchBody.encode(List.of(
                new BatchBody.Item(0, new byte[] {1}, MessageProperties.encode(Map.of("TIMER_DELAY_SEC", "5")))));

        Command refused = client.call(
                RequestCode.SEND_BATCH_MESSAGE,
                TestClient.sendHeader("batch", 0, Map.of()).encode(),
                body);

        assertThat(refused.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL.number());
        assertThat(refused.remark()).contains("singly");
    }

    @Test
    void letsNobodySendToTheTimersThemselves() {
        assertThat(client.send("rmq_sys_wheel_timer", "x").code()).isEqualTo(ResponseCode.NO_PERMISSION.number());
    }

    @Test
    void isNotLedAstrayByPropertiesOfTheBrokersOwn() {
        client.send(
                "forged",
                0,
                "x",
                Map.of(
                        "REAL_TOPIC",
                        "elsewhere",
                        "REAL_QID",
                        "7",
                        "TIMER_OUT_MS",
                        "1",
                        "TIMER_DEL_UNIQKEY",
                        "k",
                        "TIMER_SLOT_MS",
                        "3",
                        "TIMER_DELAY_SEC",
                        "60"));
        broker.advanceTimers(Duration.ofMinutes(1));

        StoredMessage message =
                TestClient.messages(client.pullAll("g", "forged", 0, 0, 30_000)).get(0);
        assertThat(MessageProperties.decode(message.properties()))
                .doesNotContainKeys("REAL_TOPIC", "TIMER_DEL_UNIQKEY");
    }

    @Test
    void survivesARestart() throws Exception {
        client.send("survivor", 0, "x", Map.of("TIMER_DELAY_SEC", "60"));
        stop();
        start();
        broker.advanceTimers(Duration.ofMinutes(1));

        assertThat(TestClient.bodies(client.pullAll("g", "survivor", 0, 0, 30_000)))
                .containsExactly("x");
    }
}
