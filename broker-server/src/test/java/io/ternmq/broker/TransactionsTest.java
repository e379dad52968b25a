package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.KeyValueTable;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.body.PendingHalfMessages;
import io.ternmq.protocol.body.ProducerData;
import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactional messages, as producers and consumers see them on the wire. Time passes when the test says so. */
class TransactionsTest {
    private static final int COMMIT = EndTransactionHeader.COMMIT;
    private static final int ROLLBACK = EndTransactionHeader.ROLLBACK;

    @TempDir
    Path directory;

    private final AtomicLong now = new AtomicLong(1_763_637_600_000L);
    private final AtomicInteger looks = new AtomicInteger();
    private final List<TestClient> clients = new ArrayList<>();
    private TransactionConfig config = TransactionConfig.defaults();
    private Broker broker;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(
                BrokerConfig.builder()
                        .dataDirectory(directory)
                        .transactions(config)
                        .build(),
                this::tell,
                DelayLevels.standard());
        client = newClient();
    }

    @AfterEach
    void stop() throws Exception {
        for (TestClient each : clients) {
            each.close();
        }
        clients.clear();
        broker.close();
    }

    @Test
    void showsNobodyAHalfMessageBeforeItIsCommitted() throws Exception {
        client.send("others", "so that the log does not begin with a half message");
        Half half = sendHalf("orders", "paid", Map.of("TAGS", "a", "UNIQ_KEY", "U1"));

        assertThat(maxOffset("orders")).isZero();
        assertThat(client.pullAll("g", "orders", 0, 0, 0).code()).isEqualTo(19);
        assertThat(half.queueOffset).isZero();

        assertThat(end(half, COMMIT).code()).isZero();

        StoredMessage message =
                TestClient.messages(client.pullAll("g", "orders", 0, 0, 30_000)).get(0);
        assertThat(message.body()).isEqualTo("paid".getBytes(StandardCharsets.UTF_8));
        assertThat(message.queueId()).isZero();
        assertThat(message.sysFlag() & SysFlag.TRANSACTION_MASK).isEqualTo(SysFlag.TRANSACTION_COMMITTED);
        assertThat(message.preparedTransactionOffset()).isEqualTo(half.logOffset);
        assertThat(message.bornTimestamp()).isEqualTo(1_763_637_600_000L);
        assertThat(MessageProperties.decode(message.properties()))
                .containsEntry("TAGS", "a")
                .containsEntry("UNIQ_KEY", "U1")
                .containsEntry("TRAN_MSG", "true")
                .containsEntry("PGROUP", "pg")
                .containsEntry("REAL_TOPIC", "orders")
                .containsEntry("REAL_QID", "0");
    }

    @Test
    void keepsHalfMessagesInAQueueOfTheirOwn() throws Exception {
        Half first = sendHalf("orders", "one", Map.of());
        Half second = sendHalf("payments", "two", Map.of());

        assertThat(second.queueOffset).isEqualTo(first.queueOffset + 1);
        StoredMessage half = TestClient.messages(client.pullAll("g", "RMQ_SYS_TRANS_HALF_TOPIC", 0, 1, 0))
                .get(0);
        assertThat(half.sysFlag() & SysFlag.TRANSACTION_MASK).isZero();
        assertThat(half.commitLogOffset()).isEqualTo(second.logOffset);
        assertThat(MessageProperties.get(half.properties(), "REAL_TOPIC")).isEqualTo("payments");
    }

    @Test
    void dropsAMessageThatIsRolledBack() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());

        assertThat(end(half, ROLLBACK).code()).isZero();
        assertThat(end(half, ROLLBACK).code()).isZero();
        Command late = end(half, COMMIT);

        assertThat(late.code()).isEqualTo(604);
        assertThat(late.remark()).contains("rolled back");
        assertThat(maxOffset("orders")).isZero();
        assertThat(pending().total()).isZero();
    }

    @Test
    void deliversOnceHoweverOftenItIsCommitted() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());
        List<CompletableFuture<Command>> commits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            commits.add(newClient()
                    .start(
                            RequestCode.END_TRANSACTION.number(),
                            header(half, COMMIT).encode(),
                            new byte[0]));
        }

        for (CompletableFuture<Command> commit : commits) {
            assertThat(TestClient.join(commit).code()).isZero();
        }
        assertThat(end(half, COMMIT).code()).isZero();
        assertThat(end(half, ROLLBACK).code()).isEqualTo(604);
        assertThat(maxOffset("orders")).isEqualTo(1);
    }

    @Test
    void commitsOneway() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());

        client.oneway(RequestCode.END_TRANSACTION, header(half, COMMIT).encode(), new byte[0]);

        assertThat(TestClient.bodies(client.pullAll("g", "orders", 0, 0, 30_000)))
                .containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource({"other, 0, 0, belongs to another group", "pg, 1, 0, another queue offset", "pg, 0, 1, no half message"})
    void refusesAnEndThatDoesNotFit(String group, int queueOffset, int logOffset, String reason) throws Exception {
        Half half = sendHalf("orders", "x", Map.of());
        EndTransactionHeader wrong = new EndTransactionHeader(
                "orders", group, half.queueOffset + queueOffset, half.logOffset + logOffset, COMMIT, false, "U", "U");

        Command answer = client.call(RequestCode.END_TRANSACTION, wrong.encode());

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.remark()).contains(reason);
        assertThat(maxOffset("orders")).isZero();
        assertThat(pending().total()).isEqualTo(1);
    }

    @Test
    void asksTheProducerWhenTheEndIsLate() throws Exception {
        Half half = sendHalf("orders", "x", Map.of("UNIQ_KEY", "U1"));
        register(client, "pg");

        now.addAndGet(5_999);
        letTheAgentLook();
        assertThat(client.pushedCount()).isZero();
        now.addAndGet(1);

        Command check = client.pushed();
        assertThat(check.code()).isEqualTo(39);
        assertThat(check.isOneway()).isTrue();
        CheckTransactionHeader header = CheckTransactionHeader.decode(check.fields());
        assertThat(header.queueOffset()).isEqualTo(half.queueOffset);
        assertThat(header.commitLogOffset()).isEqualTo(half.logOffset);
        assertThat(header.messageId()).isEqualTo("U1");
        assertThat(header.transactionId()).isEqualTo("U1");
        assertThat(header.topic()).isEqualTo("orders");
        assertThat(header.brokerName()).isEqualTo("ternmq");
        assertThat(OffsetMessageId.parse(String.valueOf(header.offsetMessageId()))
                        .commitLogOffset())
                .isEqualTo(half.logOffset);
        StoredMessage asked = TestClient.messages(check).get(0);
        assertThat(asked.topic()).isEqualTo("orders");
        assertThat(asked.queueId()).isZero();
        assertThat(asked.body()).isEqualTo("x".getBytes(StandardCharsets.UTF_8));
        assertThat(MessageProperties.decode(asked.properties()))
                .containsEntry("UNIQ_KEY", "U1")
                .containsEntry("TRANSACTION_CHECK_TIMES", "1");
    }

    @Test
    void asksAtOnceWhenTheTimeIsMadeToCome() throws Exception {
        sendHalf("orders", "x", Map.of("UNIQ_KEY", "U1"));
        register(client, "pg");

        broker.advanceTimers(Duration.ofSeconds(6));

        assertThat(client.pushed().code()).isEqualTo(39);
        sendHalf("orders", "y", Map.of("UNIQ_KEY", "U2"));
        letTheAgentLook();
        assertThat(client.pushedCount()).isZero();
    }

    @Test
    void asksAgainAtItsIntervalUntilItKnows() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());
        register(client, "pg");

        for (int i = 1; i <= 5; i++) {
            now.addAndGet(i == 1 ? 6_000 : 5_000);
            StoredMessage asked = TestClient.messages(client.pushed()).get(0);
            assertThat(MessageProperties.get(asked.properties(), "TRANSACTION_CHECK_TIMES"))
                    .isEqualTo(Integer.toString(i));
            client.oneway(
                    RequestCode.END_TRANSACTION,
                    header(half, EndTransactionHeader.UNKNOWN).encode(),
                    new byte[0]);
        }
        assertThat(end(half, COMMIT).code()).isZero();
        now.addAndGet(60_000);
        letTheAgentLook();

        assertThat(client.pushedCount()).isZero();
        assertThat(maxOffset("orders")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"120, 120000", "0, 6000", "-1, 6000", "soon, 6000"})
    void waitsAsLongAsTheMessageSaysBeforeTheFirstCheck(String seconds, long wait) throws Exception {
        sendHalf("orders", "x", Map.of("CHECK_IMMUNITY_TIME_IN_SECONDS", seconds));
        register(client, "pg");

        assertThat(pending().messages().get(0).nextCheckTimestamp()).isEqualTo(now.get() + wait);
        now.addAndGet(wait - 1);
        letTheAgentLook();
        assertThat(client.pushedCount()).isZero();
        now.addAndGet(1);

        assertThat(client.pushed().code()).isEqualTo(39);
    }

    @Test
    void asksAnotherProducerOfTheGroupWhenTheFirstIsGone() throws Exception {
        TestClient sender = newClient();
        register(sender, "pg");
        Half half = sendHalf(sender, "orders", "x", Map.of());
        sender.close();
        TestClient other = newClient();
        register(other, "pg");
        register(client, "elsewhere");

        now.addAndGet(6_000);

        CheckTransactionHeader check =
                CheckTransactionHeader.decode(other.pushed().fields());
        assertThat(check.commitLogOffset()).isEqualTo(half.logOffset);
        assertThat(client.pushedCount()).isZero();
        EndTransactionHeader answer = new EndTransactionHeader(
                "orders", "pg", check.queueOffset(), check.commitLogOffset(), COMMIT, true, "U", "U");
        other.oneway(RequestCode.END_TRANSACTION, answer.encode(), new byte[0]);
        assertThat(TestClient.bodies(client.pullAll("g", "orders", 0, 0, 30_000)))
                .containsExactly("x");
    }

    @Test
    void asksTheProducersOfAGroupInTurn() throws Exception {
        TestClient other = newClient();
        register(client, "pg");
        register(other, "pg");
        for (int i = 0; i < 10; i++) {
            sendHalf("orders", "x" + i, Map.of());
        }

        now.addAndGet(6_000);

        await().until(() -> client.pushedCount() == 5 && other.pushedCount() == 5);
    }

    @Test
    void waitsForAProducerAndDoesNotCountMeanwhile() throws Exception {
        restart(new TransactionConfig(Duration.ofSeconds(6), Duration.ofSeconds(5), 1, 10));
        sendHalf("orders", "x", Map.of());
        now.addAndGet(60_000);
        await().until(() -> pending().messages().get(0).nextCheckTimestamp() > now.get());
        assertThat(pending().messages().get(0).checks()).isZero();

        register(client, "pg");
        now.addAndGet(5_000);

        assertThat(client.pushed().code()).isEqualTo(39);
        await().until(() -> pending().messages().get(0).checks() == 1);
    }

    @Test
    void givesUpAfterTheChecksThatAreAllowedAndGoesOnWhenAnOperatorSaysSo() throws Exception {
        restart(new TransactionConfig(Duration.ofSeconds(6), Duration.ofSeconds(5), 2, 10));
        Half half = sendHalf("orders", "x", Map.of("UNIQ_KEY", "U1"));
        register(client, "pg");
        now.addAndGet(6_000);
        client.pushed();
        now.addAndGet(5_000);
        client.pushed();

        now.addAndGet(5_000);

        await().untilAsserted(() -> assertThat(figures())
                .containsEntry("halfMessagesGivenUp", "1")
                .containsEntry("pendingHalfMessages", "0"));
        StoredMessage givenUp = TestClient.messages(client.pullAll("g", "TRANS_CHECK_MAX_TIME_TOPIC", 0, 0, 30_000))
                .get(0);
        assertThat(MessageProperties.decode(givenUp.properties()))
                .containsEntry("UNIQ_KEY", "U1")
                .containsEntry("REAL_TOPIC", "orders");
        assertThat(end(half, COMMIT).code()).isEqualTo(604);
        assertThat(client.pushedCount()).isZero();

        Fields resume = Fields.builder()
                .put("topic", "TRANS_CHECK_MAX_TIME_TOPIC")
                .put("msgId", new OffsetMessageId(givenUp.storeHost(), givenUp.commitLogOffset()).toString())
                .build();
        assertThat(client.call(RequestCode.RESUME_CHECK_HALF_MESSAGE, resume).code())
                .isZero();
        assertThat(client.call(RequestCode.RESUME_CHECK_HALF_MESSAGE, resume).code())
                .isZero();

        assertThat(pending().total()).isEqualTo(1);
        now.addAndGet(6_000);
        CheckTransactionHeader check =
                CheckTransactionHeader.decode(client.pushed().fields());
        assertThat(check.messageId()).isEqualTo("U1");
        EndTransactionHeader answer = new EndTransactionHeader(
                "orders", "pg", check.queueOffset(), check.commitLogOffset(), COMMIT, true, "U1", "U1");
        assertThat(client.call(RequestCode.END_TRANSACTION, answer.encode()).code())
                .isZero();
        assertThat(TestClient.bodies(client.pullAll("g", "orders", 0, 0, 0))).containsExactly("x");
    }

    @Test
    void refusesToResumeWhatWasNotGivenUp() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());

        Command answer = client.call(RequestCode.RESUME_CHECK_HALF_MESSAGE, Fields.of("msgId", half.offsetMessageId));

        assertThat(answer.code()).isEqualTo(29);
        assertThat(pending().total()).isEqualTo(1);
    }

    @Test
    void keepsHalfMessagesThroughARestart() throws Exception {
        Half committed = sendHalf("orders", "committed", Map.of());
        Half rolledBack = sendHalf("orders", "rolled back", Map.of());
        Half open = sendHalf("orders", "open", Map.of("UNIQ_KEY", "OPEN"));
        Half checked = sendHalf("orders", "checked", Map.of("UNIQ_KEY", "CHECKED"));
        end(committed, COMMIT);
        end(rolledBack, ROLLBACK);

        restart(config);

        assertThat(pending().messages())
                .extracting(PendingHalfMessage::messageId)
                .containsExactly("OPEN", "CHECKED");
        assertThat(end(committed, COMMIT).code()).isZero();
        assertThat(end(committed, ROLLBACK).code()).isEqualTo(604);
        assertThat(end(rolledBack, COMMIT).code()).isEqualTo(604);
        assertThat(end(open, COMMIT).code()).isZero();
        register(client, "pg");
        now.addAndGet(6_000);
        assertThat(CheckTransactionHeader.decode(client.pushed().fields()).commitLogOffset())
                .isEqualTo(checked.logOffset);
        assertThat(end(checked, COMMIT).code()).isZero();
        assertThat(TestClient.bodies(client.pullAll("g", "orders", 0, 0, 0)))
                .containsExactly("committed", "open", "checked");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void learnsFromTheLogWhatItsIndexHasLost(boolean deleted) throws Exception {
        Half committed = sendHalf("orders", "committed", Map.of());
        Half rolledBack = sendHalf("orders", "rolled back", Map.of());
        Half open = sendHalf("orders", "open", Map.of("UNIQ_KEY", "OPEN"));
        end(committed, COMMIT);
        end(rolledBack, ROLLBACK);
        stop();

        List<Path> files;
        try (Stream<Path> found = Files.walk(directory.resolve("index").resolve("transactions"))) {
            files = found.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(1);
        for (Path file : files) {
            if (deleted) {
                Files.delete(file);
            } else if (file.toString().endsWith(".run")) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                bytes[3] ^= 1;
                Files.write(file, bytes);
            }
        }
        start();

        assertThat(ids(Fields.empty())).containsExactly("OPEN");
        assertThat(end(committed, COMMIT).code()).isZero();
        assertThat(end(rolledBack, COMMIT).code()).isEqualTo(604);
        assertThat(end(open, COMMIT).code()).isZero();
        assertThat(TestClient.bodies(client.pullAll("g", "orders", 0, 0, 0))).containsExactly("committed", "open");
    }

    @Test
    void refusesMoreHalfMessagesThanAreAllowed() throws Exception {
        restart(new TransactionConfig(Duration.ofSeconds(6), Duration.ofSeconds(5), 0, 2));
        Half first = sendHalf("orders", "1", Map.of());
        sendHalf("orders", "2", Map.of());

        Command refused = client.send("orders", 0, "3", half(Map.of()));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.remark()).contains("transaction-max-pending=2");
        assertThat(client.send("orders", "ordinary").code()).isZero();
        end(first, ROLLBACK);
        sendHalf("orders", "3", Map.of());
    }

    @Test
    void listsWhatWaits() throws Exception {
        long stored = now.get();
        Half first = sendHalf("orders", "1", Map.of("UNIQ_KEY", "U1"));
        now.addAndGet(1000);
        sendHalf("payments", "2", Map.of("UNIQ_KEY", "U2"));
        sendHalf("orders", "3", Map.of("UNIQ_KEY", "U3", "PGROUP", "others"));

        assertThat(figures())
                .containsEntry("pendingHalfMessages", "3")
                .containsEntry("oldestHalfMessageTimestamp", Long.toString(stored));
        PendingHalfMessages all = pending();
        assertThat(all.total()).isEqualTo(3);
        assertThat(all.oldestStoreTimestamp()).isEqualTo(stored);
        assertThat(all.nextOffset()).isEqualTo(-1);
        assertThat(all.messages().get(0))
                .isEqualTo(new PendingHalfMessage(
                        "pg", "orders", "U1", first.offsetMessageId, first.logOffset, stored, 0, stored + 6000));
        assertThat(ids(Fields.of("producerGroup", "others"))).containsExactly("U3");
        assertThat(ids(Fields.of("topic", "orders"))).containsExactly("U1", "U3");
        PendingHalfMessages page = pending(Fields.of("maxCount", "2"));
        assertThat(page.messages()).hasSize(2);
        assertThat(ids(Fields.of("fromOffset", Long.toString(page.nextOffset()))))
                .containsExactly("U3");
        assertThat(client.call(RequestCode.GET_PENDING_HALF_MESSAGES, Fields.of("maxCount", "0"))
                        .code())
                .isEqualTo(29);
    }

    @Test
    void deliversACommittedMessageWithADelayWhenItIsDue() throws Exception {
        TopicRequests.create(client, "delayed", 1, 6);
        Half half = sendHalf("delayed", "x", Map.of("DELAY", "3"));
        assertThat(end(half, COMMIT).code()).isZero();
        assertThat(end(half, COMMIT).code()).isZero();
        assertThat(pending().total()).isZero();
        assertThat(maxOffset("delayed")).isZero();

        now.addAndGet(10_000);

        assertThat(TestClient.bodies(client.pullAll("g", "delayed", 0, 0, 30_000)))
                .containsExactly("x");
        assertThat(maxOffset("delayed")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMER_DELIVER_MS", "__STARTDELIVERTIME"})
    void deliversACommittedMessageAtTheTimeItNames(String property) throws Exception {
        TopicRequests.create(client, "timed", 1, 6);
        String instant = Long.toString(now.get() + 60_000);
        Half half = sendHalf("timed", "x", Map.of(property, instant));
        assertThat(end(half, COMMIT).code()).isZero();
        restart(config);
        assertThat(end(half, COMMIT).code()).isZero();
        assertThat(maxOffset("timed")).isZero();

        now.addAndGet(60_000);

        assertThat(TestClient.bodies(client.pullAll("g", "timed", 0, 0, 30_000)))
                .containsExactly("x");
        assertThat(maxOffset("timed")).isEqualTo(1);
        assertThat(pending().total()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {SysFlag.TRANSACTION_COMMITTED, SysFlag.TRANSACTION_ROLLED_BACK})
    void letsNoClientMarkAMessageAsEnded(int mark) {
        SendHeader header = new SendHeader("pg", "orders", "TBW102", 4, 0, mark, 1, 0, "", 0, null, false);
        client.call(RequestCode.SEND_MESSAGE_V2, header.encode(), new byte[] {1});

        StoredMessage stored =
                TestClient.messages(client.pullAll("g", "orders", 0, 0, 0)).get(0);
        assertThat(stored.sysFlag() & SysFlag.TRANSACTION_MASK).isZero();
    }

    @Test
    void ignoresWhatOnlyTheBrokerMayWrite() throws Exception {
        Half first = sendHalf("orders", "1", Map.of());
        sendHalf("orders", "2", Map.of("TRAN_PREPARED_QUEUE_OFFSET", "0", "TRANSACTION_CHECK_TIMES", "7"));

        assertThat(pending().messages()).extracting(PendingHalfMessage::checks).containsExactly(0, 0);
        assertThat(end(first, COMMIT).code()).isZero();
        assertThat(pending().total()).isEqualTo(1);
    }

    @Test
    void refusesAnEndThatMakesNoSense() throws Exception {
        Half half = sendHalf("orders", "x", Map.of());

        assertThat(end(half, 5).code()).isEqualTo(29);
        assertThat(client.call(RequestCode.END_TRANSACTION, Fields.empty()).code())
                .isEqualTo(1);
        assertThat(pending().total()).isEqualTo(1);
    }

    private record Half(long queueOffset, long logOffset, String offsetMessageId) {}

    private Half sendHalf(String topic, String body, Map<String, String> properties) throws CommandException {
        return sendHalf(client, topic, body, properties);
    }

    private static Half sendHalf(TestClient sender, String topic, String body, Map<String, String> properties)
            throws CommandException {
        Command answer = sender.send(topic, 0, body, half(properties));
        assertThat(answer.code()).as(answer.remark()).isZero();
        SendResultHeader sent = SendResultHeader.decode(answer.fields());
        return new Half(
                sent.queueOffset(), OffsetMessageId.parse(sent.messageId()).commitLogOffset(), sent.messageId());
    }

    private static Map<String, String> half(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("TRAN_MSG", "true", "PGROUP", "pg"));
        all.putAll(properties);
        return all;
    }

    private Command end(Half half, int outcome) {
        return client.call(RequestCode.END_TRANSACTION, header(half, outcome).encode());
    }

    private static EndTransactionHeader header(Half half, int outcome) {
        return new EndTransactionHeader("orders", "pg", half.queueOffset, half.logOffset, outcome, false, "U", "U");
    }

    private PendingHalfMessages pending() {
        return pending(Fields.empty());
    }

    private PendingHalfMessages pending(Fields fields) {
        return TestClient.decode(client.call(RequestCode.GET_PENDING_HALF_MESSAGES, fields), PendingHalfMessages.class);
    }

    private Map<String, String> figures() {
        return TestClient.decode(client.call(RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty()), KeyValueTable.class)
                .table();
    }

    private List<String> ids(Fields fields) {
        return pending(fields).messages().stream()
                .map(PendingHalfMessage::messageId)
                .toList();
    }

    private long maxOffset(String topic) throws CommandException {
        return client.call(RequestCode.GET_MAX_OFFSET, new QueueHeader(topic, 0).encode())
                .fields()
                .requireLong("offset");
    }

    private static void register(TestClient producer, String group) {
        HeartbeatData data =
                new HeartbeatData("client-of-" + group, Set.of(new ProducerData(group)), Set.of(), 0, false);
        producer.call(RequestCode.HEART_BEAT, Fields.empty(), ByteBufUtil.getBytes(JsonBodies.encode(data)));
    }

    /** Waits until the checking agent has looked for what is due at this time; a half message that waits keeps it looking. */
    private void letTheAgentLook() throws Exception {
        sendHalf("probe", "x", Map.of("PGROUP", "nobody"));
        int before = looks.get();
        await().until(() -> looks.get() >= before + 3);
    }

    private long tell() {
        if (Thread.currentThread().getName().equals("ternmq-transaction-check")) {
            looks.incrementAndGet();
        }
        return now.get();
    }

    private void restart(TransactionConfig changed) throws Exception {
        stop();
        config = changed;
        start();
    }

    private TestClient newClient() throws Exception {
        TestClient created = new TestClient(broker.port());
        clients.add(created);
        return created;
    }
}
