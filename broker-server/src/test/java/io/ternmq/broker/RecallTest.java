package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.RecallHeader;
import io.ternmq.protocol.message.RecallHandle;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Request 370 over a socket. */
class RecallTest {
    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(BrokerConfig.builder().brokerName("b1").build());
        client = new TestClient(broker.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    @Test
    void takesBackWhatWaits() {
        Command taken = recall(sendLater("U"), null);

        assertThat(taken.code()).isZero();
        assertThat(taken.fields().get("msgId")).isEqualTo("U");
        broker.advanceTimers(Duration.ofHours(1));
        client.send("timed", 0, "next", Map.of("TIMER_DELAY_MS", "1"));
        assertThat(TestClient.bodies(client.pullAll("g", "timed", 0, 0, 30_000)))
                .containsExactly("next");
    }

    @Test
    void answers604WhenTheMessageIsDelivered() {
        String handle = sendLater("U");
        broker.advanceTimers(Duration.ofHours(1));
        client.pullAll("g", "timed", 0, 0, 30_000);

        Command late = recall(handle, null);

        assertThat(late.code()).isEqualTo(604);
        assertThat(late.remark()).contains("already delivered", "uniqueKey=U");
        assertThat(late.fields().get("msgId")).isEqualTo("U");
    }

    @Test
    void answers22WhenNoSuchMessageWaits() {
        String handle = new RecallHandle("timed", "b1", System.currentTimeMillis() + 60_000, "never").encode();

        assertThat(recall(handle, null).code()).isEqualTo(22);
    }

    @Test
    void movesWhatWaitsAndTellsTheNewHandle() {
        long time = System.currentTimeMillis() + 7_200_000;

        Command moved = recall(sendLater("U"), time);

        assertThat(moved.code()).isZero();
        assertThat(RecallHandle.parse(Objects.requireNonNull(moved.fields().get("recallHandle"))))
                .isEqualTo(new RecallHandle("timed", "b1", time, "U"));
        broker.advanceTimers(Duration.ofHours(1));
        assertThat(client.pullAll("g", "timed", 0, 0, 0).code()).isNotZero();
        broker.advanceTimers(Duration.ofHours(1));
        assertThat(TestClient.bodies(client.pullAll("g", "timed", 0, 0, 30_000)))
                .containsExactly("later");
    }

    @Test
    void refusesHandlesThatAreNotItsOwn() {
        String handle = sendLater("U");
        RecallHandle parsed = Objects.requireNonNull(RecallHandle.parse(handle));

        assertThat(recall("timed", "nonsense", null).code()).isEqualTo(ResponseCode.INVALID_PARAMETER.number());
        assertThat(recall("other", handle, null).remark()).contains("another topic");
        assertThat(recall(new RecallHandle("timed", "b2", 1, "U").encode(), null)
                        .remark())
                .contains("another broker");
        assertThat(recall(parsed.encodeToMove(), null).remark()).contains("needs a time");
        assertThat(recall(handle, Long.MAX_VALUE).code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL.number());
    }

    private String sendLater(String uniqueKey) {
        Command sent = client.send("timed", 0, "later", Map.of("TIMER_DELAY_SEC", "3600", "UNIQ_KEY", uniqueKey));
        return Objects.requireNonNull(sent.fields().get("recallHandle"));
    }

    private Command recall(String handle, @Nullable Long deliverTime) {
        return recall("timed", handle, deliverTime);
    }

    private Command recall(String topic, String handle, @Nullable Long deliverTime) {
        return client.call(RequestCode.RECALL_MESSAGE, new RecallHeader("p", topic, handle, deliverTime).encode());
    }
}
