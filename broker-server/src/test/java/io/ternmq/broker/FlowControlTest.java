package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.StallingFiles;
import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose disk stalls under load answers "busy" instead of collecting work, loses nothing, and recovers. Over real sockets. */
class FlowControlTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final StallingFiles files = new StallingFiles();
    private final List<TestClient> clients = new ArrayList<>();
    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        BrokerConfig config = BrokerConfig.builder()
                .dataDirectory(directory)
                .flush(FlushMode.SYNC)
                .build();
        broker = Broker.start(config, Clock.system(), DelayLevels.standard(), files);
        for (int i = 0; i < 5; i++) {
            clients.add(new TestClient(broker.port()));
        }
    }

    @AfterEach
    void close() throws IOException {
        files.goOn();
        for (TestClient client : clients) {
            client.close();
        }
        broker.close();
    }

    @Test
    void refusesSendsWhenTooMuchWaitsForTheDisk() {
        TopicRequests.create(clients.get(0), "stalled", 1, 6);
        String body = "x".repeat(MIB);
        List<CompletableFuture<Command>> answers = new ArrayList<>();
        files.stall();

        for (TestClient client : clients) {
            for (int i = 0; i < 20; i++) {
                answers.add(client.startSend("stalled", 0, body, Map.of()));
            }
        }
        await().until(() -> answers.stream().anyMatch(CompletableFuture::isDone));
        Command busy = answers.stream()
                .filter(CompletableFuture::isDone)
                .map(TestClient::join)
                .findFirst()
                .orElseThrow();
        assertThat(busy.code()).isEqualTo(2);
        assertThat(busy.remark()).startsWith("[TOO_MUCH_UNCOMMITTED]").contains("waitingBytes=");
        files.goOn();

        long stored = answers.stream()
                .map(TestClient::join)
                .filter(answer -> answer.code() == 0)
                .count();
        assertThat(answers.stream().map(TestClient::join)).allMatch(answer -> answer.code() == 0 || answer.code() == 2);
        assertThat(stored).isBetween(64L, 99L);
        assertThat(clients.get(0).send("stalled", "after").code()).isZero();
        Command pulled = clients.get(0).pullAll("g", "stalled", 0, stored, 0);
        assertThat(TestClient.bodies(pulled)).containsExactly("after");
    }

    @Test
    void refusesRequestsThatWouldWaitForBusyThreads() {
        TestClient client = clients.get(0);
        List<CompletableFuture<Command>> answers = new ArrayList<>();
        files.stall();
        Fields value = Fields.builder()
                .put("namespace", "n")
                .put("key", "k")
                .put("value", "v")
                .build();
        for (int i = 0; i < 4; i++) {
            answers.add(client.start(RequestCode.PUT_KV_CONFIG.number(), value, new byte[0]));
        }
        for (int i = 0; i < 1_500; i++) {
            answers.add(client.start(RequestCode.GET_BROKER_CONFIG.number(), Fields.empty(), new byte[0]));
        }

        await().until(() -> answers.stream().filter(CompletableFuture::isDone).count() > 400);
        assertThat(answers.stream().filter(CompletableFuture::isDone).map(TestClient::join))
                .allSatisfy(busy -> {
                    assertThat(busy.code()).isEqualTo(2);
                    assertThat(busy.remark()).startsWith("[REJECTREQUEST]");
                });
        files.goOn();

        assertThat(answers.stream()
                        .map(TestClient::join)
                        .filter(answer -> answer.code() == 0)
                        .count())
                .isGreaterThanOrEqualTo(1_024);
        assertThat(client.call(RequestCode.GET_BROKER_CONFIG, Fields.empty()).code())
                .isZero();
    }
}
