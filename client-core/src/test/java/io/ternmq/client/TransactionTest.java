package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transactional producer and what it says on the wire. */
class TransactionTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 1);
    private final List<TransactionProducer> producers = new ArrayList<>();

    @AfterEach
    void close() {
        producers.forEach(TransactionProducer::close);
        broker.close();
    }

    @Test
    void storesAHalfMessageBeforeItRunsTheLocalTransaction() {
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        Message message = message();

        TransactionSendResult result = producer.send(
                message,
                (sent, arg) -> {
                    assertThat(sent).isSameAs(message);
                    assertThat(arg).isEqualTo("argument");
                    assertThat(sent.getMsgID()).hasSize(32);
                    assertThat(broker.storedCount("orders")).isEqualTo(1);
                    assertThat(broker.received(RequestCode.END_TRANSACTION)).isEmpty();
                    return TransactionStatus.CommitTransaction;
                },
                "argument");

        assertThat(result.getMessageId()).isEqualTo(message.getMsgID());
        assertThat(result.getTransactionStatus()).isEqualTo(TransactionStatus.CommitTransaction);
        StoredMessage half = broker.stored("orders", 0).get(0);
        assertThat(half.sysFlag() & SysFlag.TRANSACTION_MASK).isEqualTo(SysFlag.TRANSACTION_PREPARED);
        assertThat(MessageProperties.decode(half.properties()))
                .containsEntry("TRAN_MSG", "true")
                .containsEntry("PGROUP", "payments")
                .containsEntry("UNIQ_KEY", message.getMsgID())
                .doesNotContainKey("CHECK_IMMUNITY_TIME_IN_SECONDS");
    }

    @ParameterizedTest
    @CsvSource({"CommitTransaction, 8", "RollbackTransaction, 12", "Unknow, 0", ", 0"})
    void tellsTheBrokerHowTheLocalTransactionHasEnded(@Nullable TransactionStatus status, int outcome)
            throws Exception {
        broker.on(
                RequestCode.SEND_MESSAGE_V2,
                request -> request.respond(
                        new SendResultHeader("7F00000100002A9F0000000000001267", 0, 42, null, "r", false).encode()));
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        Message message = message();

        TransactionSendResult result = producer.send(message, (sent, arg) -> status, null);

        assertThat(result.getTransactionStatus()).isEqualTo(status == null ? TransactionStatus.Unknow : status);
        EndTransactionHeader end = end();
        assertThat(end)
                .isEqualTo(new EndTransactionHeader(
                        "orders", "payments", 42, 4711, outcome, false, message.getMsgID(), message.getMsgID()));
        assertThat(broker.received(RequestCode.END_TRANSACTION).get(0).oneway()).isTrue();
    }

    @Test
    void leavesTheOutcomeOpenWhenTheLocalTransactionFails() throws Exception {
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);

        TransactionSendResult result = producer.send(
                message(),
                (sent, arg) -> {
                    throw new IllegalStateException("the database is gone");
                },
                null);

        assertThat(result.getTransactionStatus()).isEqualTo(TransactionStatus.Unknow);
        assertThat(end().outcome()).isEqualTo(EndTransactionHeader.UNKNOWN);
    }

    @Test
    void runsNoLocalTransactionWhenTheMessageIsRefused() {
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.fail(ResponseCode.MESSAGE_ILLEGAL, "no"));
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> producer.send(message(), counting(runs), null))
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(13));

        assertThat(runs).hasValue(0);
        assertThat(broker.received(RequestCode.END_TRANSACTION)).isEmpty();
    }

    @Test
    void rollsBackWithoutALocalTransactionWhenTheMessageIsNotSafe() throws Exception {
        broker.on(
                RequestCode.SEND_MESSAGE_V2,
                request -> request.respond(
                        ResponseCode.FLUSH_DISK_TIMEOUT,
                        null,
                        new SendResultHeader("7F00000100002A9F0000000000000000", 0, 0, null, "r", false).encode(),
                        io.netty.buffer.Unpooled.EMPTY_BUFFER));
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> producer.send(message(), counting(runs), null))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("FLUSH_DISK_TIMEOUT");

        assertThat(runs).hasValue(0);
        assertThat(end().outcome()).isEqualTo(EndTransactionHeader.ROLLBACK);
    }

    @Test
    void tellsTheVeryBrokerThatHasTheMessage() {
        try (FakeBroker other = new FakeBroker("b2")) {
            Map<String, String> both = Map.of("b1", broker.address(), "b2", other.address());
            broker.route("orders", 1, both);
            other.route("orders", 1, both);
            TransactionProducer producer = start(message -> TransactionStatus.Unknow);

            for (int i = 0; i < 4; i++) {
                producer.send(message(), (sent, arg) -> TransactionStatus.CommitTransaction, null);
            }

            for (FakeBroker each : List.of(broker, other)) {
                assertThat(each.storedCount("orders")).isEqualTo(2);
                await().untilAsserted(() ->
                        assertThat(each.received(RequestCode.END_TRANSACTION)).hasSize(2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CheckImmunityTimeInSeconds", "CHECK_IMMUNITY_TIME_IN_SECONDS"})
    void asksForALaterFirstCheckWhereTheMessageSaysSo(String name) {
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        Message message = message();
        message.putUserProperties(name, "120");

        producer.send(message, (sent, arg) -> TransactionStatus.CommitTransaction, null);

        assertThat(MessageProperties.decode(broker.stored("orders", 0).get(0).properties()))
                .containsEntry("CHECK_IMMUNITY_TIME_IN_SECONDS", "120")
                .doesNotContainKey("CheckImmunityTimeInSeconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "604801"})
    void refusesATimeOfTheFirstCheckThatMakesNoSense(String seconds) {
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        Message message = message();
        message.putUserProperties(PropertyKeyConst.CheckImmunityTimeInSeconds, seconds);

        assertThatThrownBy(() -> producer.send(message, (sent, arg) -> TransactionStatus.CommitTransaction, null))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("CheckImmunityTimeInSeconds=" + seconds);
    }

    @Test
    void asksForALaterFirstCheckWhereThePropertiesOfTheProducerSaySo() {
        Properties properties = new Properties();
        properties.setProperty(PropertyKeyConst.NAMESRV_ADDR, broker.address());
        properties.setProperty(PropertyKeyConst.GROUP_ID, "payments");
        properties.setProperty(PropertyKeyConst.CheckImmunityTimeInSeconds, "30");
        TransactionProducer producer =
                started(MQFactory.createTransactionProducer(properties, message -> TransactionStatus.Unknow));

        producer.send(message(), (sent, arg) -> TransactionStatus.CommitTransaction, null);

        assertThat(MessageProperties.decode(broker.stored("orders", 0).get(0).properties()))
                .containsEntry("CHECK_IMMUNITY_TIME_IN_SECONDS", "30");
    }

    @ParameterizedTest
    @CsvSource({"CommitTransaction, 8", "RollbackTransaction, 12", "Unknow, 0"})
    void answersACheckWithWhatTheCheckerSays(TransactionStatus status, int outcome) throws Exception {
        CompletableFuture<Message> checked = new CompletableFuture<>();
        CompletableFuture<String> thread = new CompletableFuture<>();
        start(message -> {
            thread.complete(Thread.currentThread().getName());
            checked.complete(message);
            return status;
        });

        check("payments", "UNIQUE");

        Message message = checked.get(30, TimeUnit.SECONDS);
        assertThat(message.getTopic()).isEqualTo("orders");
        assertThat(message.getMsgID()).isEqualTo("UNIQUE");
        assertThat(message.getTag()).isEqualTo("paid");
        assertThat(message.getBody()).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
        assertThat(thread.join()).startsWith("ternmq-client-check-payments");
        assertThat(end())
                .isEqualTo(new EndTransactionHeader("orders", "payments", 7, 4711, outcome, true, "UNIQUE", "UNIQUE"));
    }

    @Test
    void saysThatItDoesNotKnowWhenTheCheckerFails() throws Exception {
        start(message -> {
            throw new IllegalStateException("the database is gone");
        });

        check("payments", "UNIQUE");

        assertThat(end().outcome()).isEqualTo(EndTransactionHeader.UNKNOWN);
    }

    @Test
    void isNotHeldUpByASlowChecker() {
        CountDownLatch free = new CountDownLatch(1);
        TransactionProducer producer = start(message -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return TransactionStatus.CommitTransaction;
        });
        for (int i = 0; i < 20; i++) {
            check("payments", "U" + i);
        }

        producer.send(message(), (sent, arg) -> TransactionStatus.CommitTransaction, null);

        await().until(() -> broker.received(RequestCode.END_TRANSACTION).size() == 1);
        free.countDown();
        await().until(() -> broker.received(RequestCode.END_TRANSACTION).size() == 21);
    }

    @Test
    void survivesChecksThatMakeNoSense() throws Exception {
        start(message -> TransactionStatus.CommitTransaction);

        broker.push(RequestCode.CHECK_TRANSACTION_STATE, Fields.empty(), new byte[0]);
        broker.push(RequestCode.CHECK_TRANSACTION_STATE, header("U").encode(), new byte[] {1, 2, 3});
        check("others", "U");
        check("payments", "UNIQUE");

        assertThat(end().messageId()).isEqualTo("UNIQUE");
        assertThat(broker.received(RequestCode.END_TRANSACTION)).hasSize(1);
    }

    @Test
    void takesNoChecksOnceItIsShutDown() {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = start(message -> {
            checks.incrementAndGet();
            return TransactionStatus.CommitTransaction;
        });
        Producer sharesTheConnection = MQFactory.createProducer(
                ProducerConfig.builder(broker.client(), "others").build());
        sharesTheConnection.start();
        producer.shutdown();

        check("payments", "UNIQUE");
        sharesTheConnection.send(message());

        assertThat(checks).hasValue(0);
        assertThatThrownBy(() -> producer.send(message(), (sent, arg) -> TransactionStatus.Unknow, null))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("not open any more");
        sharesTheConnection.close();
    }

    @Test
    void tellsTheOutcomeOfALocalTransactionThatRunsWhenItIsShutDown() throws Exception {
        TransactionProducer producer = start(message -> TransactionStatus.Unknow);
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        CompletableFuture<TransactionSendResult> sent = CompletableFuture.supplyAsync(() -> producer.send(
                message(),
                (message, arg) -> {
                    runs.countDown();
                    try {
                        free.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return TransactionStatus.CommitTransaction;
                },
                null));
        runs.await();
        CompletableFuture<?> shutdown = CompletableFuture.runAsync(producer::shutdown);

        free.countDown();
        shutdown.get(20, TimeUnit.SECONDS);

        assertThat(sent.get(30, TimeUnit.SECONDS).getTransactionStatus())
                .isEqualTo(TransactionStatus.CommitTransaction);
        assertThat(end().outcome()).isEqualTo(EndTransactionHeader.COMMIT);
    }

    private static LocalTransactionExecuter counting(AtomicInteger runs) {
        return (message, arg) -> {
            runs.incrementAndGet();
            return TransactionStatus.CommitTransaction;
        };
    }

    /** Asks all clients about a message, as a broker does. */
    private void check(String group, String id) {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        StoredMessage half = new StoredMessage(
                "orders",
                0,
                0,
                7,
                4711,
                0,
                1,
                host,
                2,
                host,
                0,
                0,
                "body".getBytes(StandardCharsets.UTF_8),
                MessageProperties.encode(Map.of("TRAN_MSG", "true", "PGROUP", group, "UNIQ_KEY", id, "TAGS", "paid")));
        ByteBuffer record = ByteBuffer.allocate(half.encodedSize());
        half.writeTo(record);
        broker.push(RequestCode.CHECK_TRANSACTION_STATE, header(id).encode(), record.array());
    }

    private static CheckTransactionHeader header(String id) {
        return new CheckTransactionHeader(7, 4711, id, id, "0A", "orders", "b1");
    }

    private EndTransactionHeader end() throws CommandException {
        await().until(() -> !broker.received(RequestCode.END_TRANSACTION).isEmpty());
        return EndTransactionHeader.decode(
                broker.received(RequestCode.END_TRANSACTION).get(0).fields());
    }

    private TransactionProducer start(LocalTransactionChecker checker) {
        return started(MQFactory.createTransactionProducer(
                ProducerConfig.builder(broker.client(), "payments")
                        .sendTimeout(Duration.ofSeconds(10))
                        .build(),
                checker));
    }

    private TransactionProducer started(TransactionProducer producer) {
        producers.add(producer);
        producer.start();
        return producer;
    }

    private static Message message() {
        return new Message("orders", "paid", "body".getBytes(StandardCharsets.UTF_8));
    }
}
