package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.LockRequest;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SendBackHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Delay levels, retries and dead letters, with delays a hundredth as long. */
class RetryAndDelayTest {
    @TempDir
    Path directory;

    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(
                BrokerConfig.builder().dataDirectory(directory).build(),
                Clock.system(),
                DelayLevels.standard().dividedBy(100));
        client = new TestClient(broker.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    @Test
    void deliversADelayedMessageNotBeforeItsTime() {
        TopicRequests.create(client, "delayed", 2, 6);
        Command sent = client.send("delayed", 1, "later", Map.of("DELAY", "18", "TAGS", "a"));

        assertThat(sent.code()).isZero();
        assertThat(client.pullAll("g", "delayed", 1, 0, 0).code()).isEqualTo(19);
        broker.advanceTimers(Duration.ofHours(2).dividedBy(100));

        StoredMessage message = TestClient.messages(client.pullAll("g", "delayed", 1, 0, 30_000))
                .get(0);
        assertThat(message.topic()).isEqualTo("delayed");
        assertThat(message.queueId()).isEqualTo(1);
        assertThat(message.bornTimestamp()).isEqualTo(1_763_637_600_000L);
        assertThat(MessageProperties.decode(message.properties()))
                .containsEntry("TAGS", "a")
                .containsEntry("DELAY", "18")
                .doesNotContainKeys("REAL_TOPIC", "REAL_QID");
    }

    @Test
    void deliversAtOnceWhenTheLevelIsZeroOrNonsense() {
        client.send("not-delayed", 0, "a", Map.of("DELAY", "0"));
        client.send("not-delayed", 0, "b", Map.of("DELAY", "soon"));

        assertThat(TestClient.bodies(client.pullAll("g", "not-delayed", 0, 0, 0)))
                .containsExactly("a", "b");
    }

    @Test
    void keepsTheOrderOfOneLevel() {
        for (int i = 0; i < 100; i++) {
            client.send("in-order", 0, "m" + i, Map.of("DELAY", "1"));
        }

        await().untilAsserted(() -> assertThat(
                        client.call(RequestCode.GET_MAX_OFFSET, new QueueHeader("in-order", 0).encode())
                                .fields()
                                .requireLong("offset"))
                .isEqualTo(100));
        assertThat(TestClient.bodies(client.pullAll("g", "in-order", 0, 0, 0)))
                .startsWith("m0", "m1", "m2")
                .isSortedAccordingTo(java.util.Comparator.comparingInt(body -> Integer.parseInt(body.substring(1))));
    }

    @Test
    void deliversWhatWasParkedBeforeTheLargestMessageWasLowered() throws Exception {
        client.send("large", 0, "x".repeat(5000), Map.of("DELAY", "3"));
        client.send("large", 0, "small", Map.of("DELAY", "3"));
        stop();
        broker = Broker.start(
                BrokerConfig.builder()
                        .dataDirectory(directory)
                        .maxMessageBytes(1024)
                        .build(),
                Clock.system(),
                DelayLevels.standard().dividedBy(100));
        client = new TestClient(broker.port());

        await().untilAsserted(() -> assertThat(TestClient.bodies(client.pullAll("g", "large", 0, 0, 0)))
                .containsExactly("x".repeat(5000), "small"));
    }

    @Test
    void holdsNothingUpAfterTheClockWasSetBack() throws Exception {
        AtomicLong ahead = new AtomicLong(Duration.ofDays(1).toMillis());
        stop();
        Clock clock = () -> System.currentTimeMillis() + ahead.get();
        broker = Broker.start(
                BrokerConfig.builder().dataDirectory(directory).build(),
                clock,
                DelayLevels.standard().dividedBy(100));
        client = new TestClient(broker.port());
        client.send("clock", 0, "x", Map.of("DELAY", "6"));

        ahead.set(0);
        client.send("clock", 0, "y", Map.of("DELAY", "6"));

        await().untilAsserted(() -> assertThat(TestClient.bodies(client.pullAll("g", "clock", 0, 0, 0)))
                .containsExactlyInAnyOrder("x", "y"));
    }

    @Test
    void deliversWhatWasParkedBeforeARestart() throws Exception {
        TopicRequests.create(client, "survivor", 1, 6);
        client.send("survivor", 0, "x", Map.of("DELAY", "4"));
        stop();

        start();

        assertThat(TestClient.bodies(client.pullAll("g", "survivor", 0, 0, 30_000)))
                .containsExactly("x");
    }

    @Test
    void deliversAMessageThatWasSentBackAgainToItsGroup() {
        client.heartbeat(
                "c", "again", SubscriptionData.ofTags("work", "*", 1), SubscriptionData.ofTags("%RETRY%again", "*", 1));
        client.send("work", 0, "job", Map.of("UNIQ_KEY", "U", "TAGS", "t"));
        StoredMessage original =
                TestClient.messages(client.pullAll("again", "work", 0, 0, 0)).get(0);

        assertThat(sendBack("again", original, 0, null).code()).isZero();

        StoredMessage retried = TestClient.messages(client.pullAll("again", "%RETRY%again", 0, 0, 30_000))
                .get(0);
        assertThat(retried.reconsumeTimes()).isEqualTo(1);
        assertThat(retried.body()).isEqualTo(original.body());
        assertThat(MessageProperties.decode(retried.properties()))
                .containsEntry("RETRY_TOPIC", "work")
                .containsEntry("UNIQ_KEY", "U")
                .containsEntry("TAGS", "t")
                .containsEntry("DELAY", "3")
                .containsKey("ORIGIN_MESSAGE_ID");
        sendBack("again", retried, 0, null);
        StoredMessage second = TestClient.messages(client.pullAll("again", "%RETRY%again", 0, 1, 30_000))
                .get(0);
        assertThat(second.reconsumeTimes()).isEqualTo(2);
        assertThat(MessageProperties.decode(second.properties()))
                .containsEntry("RETRY_TOPIC", "work")
                .containsEntry("DELAY", "4");
    }

    @Test
    void retriesAfterTheDelayThatTheConsumerAsksFor() {
        client.send("own-delay", "job");
        StoredMessage original =
                TestClient.messages(client.pullAll("own", "own-delay", 0, 0, 0)).get(0);
        SendBackHeader header =
                new SendBackHeader(original.commitLogOffset(), "own", 18, "U", original.topic(), 16, 3_600_000L);

        assertThat(client.call(RequestCode.CONSUMER_SEND_MSG_BACK, header.encode())
                        .code())
                .isZero();

        broker.advanceTimers(Duration.ofMinutes(59));
        assertThat(client.pullAll("own", "%RETRY%own", 0, 0, 0).code()).isEqualTo(19);
        broker.advanceTimers(Duration.ofMinutes(1));
        StoredMessage retried = TestClient.messages(client.pullAll("own", "%RETRY%own", 0, 0, 30_000))
                .get(0);
        assertThat(retried.reconsumeTimes()).isEqualTo(1);
        assertThat(MessageProperties.decode(retried.properties()))
                .containsEntry("TIMER_DELAY_MS", "3600000")
                .doesNotContainKey("DELAY");
        sendBack("own", retried, -1, null);
        StoredMessage dead = TestClient.messages(client.pullAll("own", "%DLQ%own", 0, 0, 30_000))
                .get(0);
        assertThat(MessageProperties.decode(dead.properties())).doesNotContainKeys("TIMER_DELAY_MS", "DELAY");
    }

    @ParameterizedTest
    @CsvSource({"-1,", "0, 0"})
    void putsAMessageToTheDeadLettersWhenTheConsumerSaysSo(int level, @Nullable Integer most) {
        client.send("hopeless", "job");
        StoredMessage original =
                TestClient.messages(client.pullAll("dead", "hopeless", 0, 0, 0)).get(0);

        assertThat(sendBack("dead", original, level, most).code()).isZero();

        StoredMessage dead = TestClient.messages(client.pullAll("dead", "%DLQ%dead", 0, 0, 30_000))
                .get(0);
        assertThat(dead.reconsumeTimes()).isEqualTo(1);
        assertThat(MessageProperties.get(dead.properties(), "RETRY_TOPIC")).isEqualTo("hopeless");
        assertThat(MessageProperties.get(dead.properties(), "DLQ_ORIGIN_TOPIC")).isEqualTo("hopeless");
        assertThat(MessageProperties.get(dead.properties(), "DLQ_ORIGIN_MESSAGE_ID"))
                .isEqualTo(MessageProperties.get(dead.properties(), "ORIGIN_MESSAGE_ID"));
        assertThat(MessageProperties.get(dead.properties(), "DELAY")).isNull();
    }

    @Test
    void answersOneWhenTheMessageSentBackIsNotStored() {
        SendBackHeader header = new SendBackHeader(123_456_789, "g", 0, "U", "t", 16, null);

        assertThat(client.call(RequestCode.CONSUMER_SEND_MSG_BACK, header.encode())
                        .code())
                .isEqualTo(1);
    }

    @Test
    void putsToTheDeadLettersWhatAnOrderedConsumerGivesUp() {
        LockRequest lock = new LockRequest("ordered", "c", false, Set.of(new MessageQueue("t", "ternmq", 0)));
        client.call(RequestCode.LOCK_BATCH_MQ, Fields.empty(), ByteBufUtil.getBytes(JsonBodies.encode(lock)));

        assertThat(sendToRetryTopic("ordered", 1, 16).code()).isZero();

        assertThat(TestClient.bodies(client.pullAll("ordered", "%DLQ%ordered", 0, 0, 0)))
                .containsExactly("again");
    }

    @ParameterizedTest
    @CsvSource({"16, %RETRY%own", "17, %DLQ%own"})
    void countsTheTriesOfAConsumerThatSendsToItsRetryTopic(int tries, String lands) {
        assertThat(sendToRetryTopic("own", tries, 16).code()).isZero();

        assertThat(TestClient.bodies(client.pullAll("own", lands, 0, 0, 30_000)))
                .containsExactly("again");
    }

    private Command sendToRetryTopic(String group, int tries, int most) {
        SendHeader header = new SendHeader(
                "CLIENT_INNER_PRODUCER",
                "%RETRY%" + group,
                "TBW102",
                4,
                0,
                0,
                1,
                0,
                MessageProperties.encode(Map.of("RETRY_TOPIC", "t", "DELAY", "3")),
                tries,
                most,
                false);
        return client.call(
                RequestCode.SEND_MESSAGE_V2,
                header.encode(),
                "again".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Command sendBack(String group, StoredMessage message, int level, @Nullable Integer most) {
        SendBackHeader header =
                new SendBackHeader(message.commitLogOffset(), group, level, "U", message.topic(), most, null);
        return client.call(RequestCode.CONSUMER_SEND_MSG_BACK, header.encode());
    }
}
