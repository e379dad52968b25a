package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PopHeader;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.SendBackHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.OffsetMessageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What topics may be read and written, over real sockets. */
class PermissionsTest {
    private static final int READ = 4;
    private static final int WRITE = 2;

    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        broker = Broker.start();
        client = new TestClient(broker.port());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        broker.close();
    }

    @Test
    void refusesEveryKindOfSendToATopicThatMayOnlyBeRead() {
        TopicRequests.create(client, "read-only", 1, READ);

        assertRefused(client.send("read-only", "x"), "read-only");
        assertRefused(client.send("read-only", 0, "x", Map.of("DELAY", "1")), "read-only");
        assertRefused(client.send("read-only", 0, "x", Map.of("TRAN_MSG", "true", "PGROUP", "pg")), "read-only");
        SendHeader header = TestClient.sendHeader("read-only", 0, Map.of());
        byte[] batch = BatchBody.encode(
                List.of(new BatchBody.Item(0, "x".getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001A\u0002")));
        Fields fields =
                new SendHeader("pg", "read-only", "TBW102", 4, 0, 0, 1, 0, header.properties(), 0, null, true).encode();
        assertRefused(client.call(RequestCode.SEND_BATCH_MESSAGE, fields, batch), "read-only");

        TopicRequests.create(client, "read-only", 1, READ | WRITE);
        assertThat(client.send("read-only", "x").code()).isZero();
    }

    @Test
    void refusesEveryKindOfReadFromATopicThatMayOnlyBeWritten() {
        TopicRequests.create(client, "write-only", 1, WRITE);
        client.heartbeat("c1", "g", SubscriptionData.ofTags("write-only", "*", 1));
        assertThat(client.send("write-only", "x").code()).isZero();
        Fields pull =
                new PullHeader("g", "write-only", 0, 0, 32, PullHeader.SUBSCRIPTION, 0, 0, 0, "*", "TAG", -1).encode();
        Fields pop = new PopHeader("g", "write-only", -1, 32, 1_000, 0, 0, false, "TAG", "*", false, null).encode();

        assertRefused(client.pull("g", "write-only", 0, 0), "write-only");
        assertRefused(client.call(RequestCode.PULL_MESSAGE, pull), "write-only");
        assertRefused(client.call(RequestCode.LITE_PULL_MESSAGE, pull), "write-only");
        assertRefused(client.call(RequestCode.POP_MESSAGE, pop), "write-only");
        assertRefused(client.call(RequestCode.PEEK_MESSAGE, pop), "write-only");
        assertRefused(client.call(RequestCode.NOTIFICATION, pop), "write-only");

        TopicRequests.create(client, "write-only", 1, READ | WRITE);
        assertThat(TestClient.bodies(client.pull("g", "write-only", 0, 0))).containsExactly("x");
    }

    @Test
    void deliversNothingToWhoWaitsWhenReadingWasForbiddenMeanwhile() {
        TopicRequests.create(client, "closing", 1, READ | WRITE);
        CompletableFuture<Command> waiting = client.startPull(new PullHeader(
                "g", "closing", 0, 0, 32, PullHeader.SUBSCRIPTION | PullHeader.SUSPEND, 0, 30_000, 0, "*", "TAG", -1));

        PopHeader pop = new PopHeader("g", "closing", -1, 32, 1_000, 30_000, 0, false, "TAG", "*", false, null);
        CompletableFuture<Command> popping = client.start(RequestCode.POP_MESSAGE.number(), pop.encode(), new byte[0]);

        TopicRequests.create(client, "closing", 1, WRITE);
        client.send("closing", "x");

        assertRefused(TestClient.join(waiting), "closing");
        assertRefused(TestClient.join(popping), "closing");
    }

    @Test
    void refusesToSendBackToATopicOfRetriesThatMayNotBeWritten() throws Exception {
        client.heartbeat("c1", "g", SubscriptionData.ofTags("t", "*", 1));
        Command sent = client.send("t", "x");
        TopicRequests.create(client, "%RETRY%g", 1, READ);
        long offset = OffsetMessageId.parse(sent.fields().get("msgId")).commitLogOffset();

        Command answer = client.call(
                RequestCode.CONSUMER_SEND_MSG_BACK, new SendBackHeader(offset, "g", 0, null, "t", null, null).encode());

        assertRefused(answer, "%RETRY%g");
    }

    private static void assertRefused(Command answer, String topic) {
        assertThat(answer.code()).isEqualTo(16);
        assertThat(answer.remark()).contains("topic=" + topic).contains("perm=");
    }
}
