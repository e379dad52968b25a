package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.PendingTransaction;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactional producers and consumers on a broker that checks early and often. */
class TransactionIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker(settings ->
            settings.transactions(new TransactionConfig(Duration.ofMillis(300), Duration.ofMillis(100), 0, 1000)));

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "transactions-" + NAMES.incrementAndGet();
    private final String group = "bank-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();
    private final Map<String, TransactionStatus> ledger = new ConcurrentHashMap<>();

    @BeforeEach
    void consume() {
        Producer first = MQFactory.createProducer(
                ProducerConfig.builder(client(""), group + "-first").build());
        opened.add(first);
        first.start();
        first.send(message("ordinary"));
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(client(""), group + "-readers").build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", (message, context) -> {
            received.add(message);
            return Action.CommitMessage;
        });
        consumer.start();
        await().until(() -> received.size() == 1);
        received.clear();
    }

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void deliversWhatCommitsAndNothingElse() {
        TransactionProducer producer = producer("", message -> TransactionStatus.Unknow);

        TransactionSendResult committed = producer.send(message("paid"), this::commit, null);
        TransactionSendResult rolledBack = producer.send(message("refused"), this::rollBack, null);
        producer.send(message("paid too"), this::commit, null);

        awaitBodies("paid", "paid too");
        assertThat(received).extracting(Message::getMsgID).contains(committed.getMessageId());
        assertThat(rolledBack.getTransactionStatus()).isEqualTo(TransactionStatus.RollbackTransaction);
        await().untilAsserted(() -> assertThat(pending()).isEmpty());
        awaitBodies("paid", "paid too");
    }

    @Test
    void needsNoCheckForTheMessageThatCreatesItsTopic() {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = producer("", message -> {
            checks.incrementAndGet();
            return TransactionStatus.Unknow;
        });
        Message first = message("first");
        first.setTopic(topic + "-fresh");

        producer.send(first, this::commit, null);

        await().untilAsserted(() -> assertThat(pending()).isEmpty());
        assertThat(checks).hasValue(0);
    }

    @Test
    void keepsTheMessageIntact() {
        TransactionProducer producer = producer("", message -> TransactionStatus.Unknow);
        Message sent =
                new Message(topic, "tag", "key-1 key-2", "body".repeat(2000).getBytes(StandardCharsets.UTF_8));
        sent.putUserProperties("grüße", "väl ue");

        producer.send(sent, this::commit, null);

        await().until(() -> received.size() == 1);
        Message got = received.element();
        assertThat(got.getTopic()).isEqualTo(topic);
        assertThat(got.getMsgID()).isEqualTo(sent.getMsgID());
        assertThat(got.getTag()).isEqualTo("tag");
        assertThat(got.getKey()).isEqualTo("key-1 key-2");
        assertThat(got.getBody()).isEqualTo(sent.getBody());
        assertThat(got.getUserProperties()).containsOnly(Map.entry("grüße", "väl ue"));
    }

    @Test
    void endsTransactionsThatSomebodyElseRuns() throws Exception {
        TransactionProducer producer = producer("", message -> TransactionStatus.Unknow);
        TransactionProducer.Pending first = producer.begin(message("paid"));
        TransactionProducer.Pending second = producer.begin(message("refused"));
        TransactionProducer.Pending third = producer.begin(message("paid too"));
        assertThat(pending()).hasSize(3);
        assertThat(first.message().getMsgID()).isEqualTo(first.sendResult().getMessageId());

        Thread other = new Thread(() -> third.end(TransactionStatus.CommitTransaction));
        other.start();
        other.join();
        second.end(TransactionStatus.RollbackTransaction);
        first.end(TransactionStatus.CommitTransaction);
        TransactionSendResult again = first.end(TransactionStatus.RollbackTransaction);

        awaitBodies("paid", "paid too");
        assertThat(again.getTransactionStatus()).isEqualTo(TransactionStatus.CommitTransaction);
        await().untilAsserted(() -> assertThat(pending()).isEmpty());
        awaitBodies("paid", "paid too");
    }

    @Test
    void shutdownWaitsForTransactionsThatHaveNotEnded() throws Exception {
        TransactionProducer producer = producer("", message -> TransactionStatus.Unknow);
        TransactionProducer.Pending pending = producer.begin(message("just in time"));
        Thread closing = new Thread(producer::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

        pending.end(TransactionStatus.CommitTransaction);
        closing.join();

        awaitBodies("just in time");
    }

    @Test
    void asksTheCheckerUntilItKnows() {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = producer("", message -> switch (checks.incrementAndGet()) {
            case 1 -> TransactionStatus.Unknow;
            case 2 -> throw new IllegalStateException("the database is restarting");
            default -> TransactionStatus.CommitTransaction;
        });

        producer.send(message("late"), (message, arg) -> TransactionStatus.Unknow, null);

        awaitBodies("late");
        assertThat(checks).hasValue(3);
        assertThat(pending()).isEmpty();
    }

    @Test
    void dropsWhatTheCheckerRollsBack() {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = producer("", message -> {
            checks.incrementAndGet();
            return TransactionStatus.RollbackTransaction;
        });

        producer.send(message("never"), (message, arg) -> TransactionStatus.Unknow, null);

        await().until(() -> checks.get() == 1 && pending().isEmpty());
        producer.send(message("after it"), this::commit, null);
        awaitBodies("after it");
    }

    @Test
    void asksAnotherProducerOfTheGroupWhenTheFirstIsGone() {
        TransactionProducer first = producer("first", message -> TransactionStatus.Unknow);
        first.send(
                message("half way"),
                (message, arg) -> {
                    ledger.put(String.valueOf(message.getMsgID()), TransactionStatus.CommitTransaction);
                    throw new IllegalStateException("the process dies here");
                },
                null);
        first.close();
        assertThat(pending()).hasSize(1);

        producer("second", message -> ledger.getOrDefault(message.getMsgID(), TransactionStatus.RollbackTransaction));

        awaitBodies("half way");
    }

    @Test
    void leavesTheMessageAloneAsLongAsItAsksFor() {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = producer("", message -> {
            checks.incrementAndGet();
            return TransactionStatus.CommitTransaction;
        });
        Message patient = message("patient");
        patient.putUserProperties(PropertyKeyConst.CheckImmunityTimeInSeconds, "60");
        producer.send(patient, (message, arg) -> TransactionStatus.Unknow, null);
        producer.send(message("impatient"), (message, arg) -> TransactionStatus.Unknow, null);

        awaitBodies("impatient");

        assertThat(checks).hasValue(1);
        PendingTransaction waits = pending().get(0);
        assertThat(waits.messageId()).isEqualTo(patient.getMsgID());
        assertThat(waits.producerGroup()).isEqualTo(group);
        assertThat(waits.topic()).isEqualTo(topic);
        assertThat(Duration.between(waits.storedAt(), waits.nextCheck())).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void tellsWhyATransactionCannotBeResumed() {
        TransactionProducer producer = producer("", message -> TransactionStatus.Unknow);
        TransactionSendResult sent = producer.send(message("open"), (message, arg) -> TransactionStatus.Unknow, null);

        try (AdminClient admin = AdminClient.create(client(""))) {
            assertThatThrownBy(() -> admin.resumeTransaction(sent.getOffsetMessageId()))
                    .isInstanceOf(MQClientException.class)
                    .hasMessageContaining("not a half message that was given up");
        }
    }

    private TransactionStatus commit(Message message, Object arg) {
        return TransactionStatus.CommitTransaction;
    }

    private TransactionStatus rollBack(Message message, Object arg) {
        return TransactionStatus.RollbackTransaction;
    }

    private List<PendingTransaction> pending() {
        try (AdminClient admin = AdminClient.create(client(""))) {
            return admin.pendingTransactions(group, 100);
        }
    }

    private void awaitBodies(String... bodies) {
        await().untilAsserted(() -> assertThat(received)
                .extracting(message -> new String(message.getBody(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder(bodies));
    }

    private TransactionProducer producer(String instance, LocalTransactionChecker checker) {
        TransactionProducer producer = MQFactory.createTransactionProducer(
                ProducerConfig.builder(client(instance), group).build(), checker);
        opened.add(producer);
        producer.start();
        return producer;
    }

    private static ClientConfig client(String instance) {
        return ClientConfig.builder(BROKER.address()).instanceName(instance).build();
    }

    private Message message(String body) {
        return new Message(topic, "t", body.getBytes(StandardCharsets.UTF_8));
    }
}
