package io.ternmq.interop.soak;

import io.ternmq.interop.client.Outcome;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestTransactionProducer;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The senders that use the genuine client. */
final class GenuineSends implements AutoCloseable {
    private static final int BATCH = 5;
    /** Keys, each with its queue. */
    private static final List<String> KEYS = List.of("one", "two", "three");

    private final Books books;
    private final Senders senders;
    private final GenuineProducer producer;
    /** Its rollbacks may get lost and be checked, so there is one for commits and one for rollbacks. */
    private final TestTransactionProducer committing;

    private final TestTransactionProducer rollingBack;

    GenuineSends(GenuineClient client, String nameServer, String prefix, Books books, Senders senders) {
        this.books = books;
        this.senders = senders;
        producer = client.genuineProducer(ProducerSettings.of(nameServer, prefix + "_genuine_senders"));
        committing = client.transactionProducer(
                ProducerSettings.of(nameServer, prefix + "_genuine_committers"), Outcome.COMMIT);
        rollingBack = client.transactionProducer(
                ProducerSettings.of(nameServer, prefix + "_genuine_rollers"), Outcome.ROLLBACK);
    }

    void start() {
        senders.start("genuine-sync", Duration.ofMillis(150), this::sendSync);
        senders.start("genuine-async", Duration.ofMillis(150), this::sendAsync);
        senders.start("genuine-oneway", Duration.ofMillis(300), () -> producer.sendOneway(any(books.any.open())));
        senders.start("genuine-batch", Duration.ofSeconds(1), this::sendBatch);
        senders.start("genuine-later", Duration.ofMillis(500), this::sendLater);
        senders.start("genuine-commits", Duration.ofMillis(500), this::sendCommitted);
        senders.start("genuine-rollbacks", Duration.ofMillis(800), this::sendRolledBack);
        senders.start("genuine-ordered", Duration.ofMillis(200), this::sendOrdered);
    }

    private Outgoing any(int number) {
        return new Outgoing(
                books.any.topic(),
                Books.tag(number),
                null,
                Map.of("n", Integer.toString(Books.property(number))),
                Texts.body(number, 0));
    }

    private void sendSync() {
        int number = books.any.open();
        producer.send(any(number));
        books.any.acknowledge(number);
    }

    private void sendAsync() {
        int number = books.any.open();
        producer.sendAsync(any(number)).whenComplete((sent, failure) -> {
            if (failure == null) {
                books.any.acknowledge(number);
            } else {
                senders.failed("genuine-async", failure);
            }
        });
    }

    private void sendBatch() {
        List<Integer> numbers = new ArrayList<>();
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int number = books.any.open();
            numbers.add(number);
            batch.add(any(number));
        }
        producer.sendBatch(batch);
        numbers.forEach(books.any::acknowledge);
    }

    /** By time and by delay level in turn. */
    private void sendLater() {
        int number = books.later.open();
        if (number % 2 == 0) {
            long due = System.currentTimeMillis() + ThreadLocalRandom.current().nextInt(100, 8_000);
            producer.sendLater(plain(books.later, number, due), "timer.setDeliverTimeMs", due);
        } else {
            producer.sendLater(plain(books.later, number, System.currentTimeMillis() + 1_000), "delayLevel", 1);
        }
        books.later.acknowledge(number);
    }

    private void sendCommitted() {
        int number = books.transactions.open();
        committing.send(plain(books.transactions, number, 0), number % 2 == 0 ? Outcome.COMMIT : Outcome.UNKNOWN);
        books.transactions.acknowledge(number);
    }

    private void sendRolledBack() {
        int number = books.transactions.open();
        books.transactions.forbid(number);
        rollingBack.send(plain(books.transactions, number, 0), number % 2 == 0 ? Outcome.ROLLBACK : Outcome.UNKNOWN);
    }

    private void sendOrdered() {
        int queue = ThreadLocalRandom.current().nextInt(KEYS.size());
        String key = KEYS.get(queue);
        int number = books.orderedByGenuine.next(key);
        Outgoing message = new Outgoing(books.orderedByGenuine.topic(), null, null, Map.of(), Texts.body(key, number));
        while (!senders.isOver()) {
            try {
                producer.send(message, queue);
                books.orderedByGenuine.acknowledge(key, number);
                return;
            } catch (RuntimeException failure) {
                senders.failed("genuine-ordered", failure);
            }
        }
    }

    private static Outgoing plain(Account account, int number, long value) {
        return new Outgoing(account.topic(), null, null, Map.of(), Texts.body(number, value));
    }

    @Override
    public void close() {
        producer.close();
        committing.close();
        rollingBack.close();
    }
}
