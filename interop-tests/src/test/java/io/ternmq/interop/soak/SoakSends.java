package io.ternmq.interop.soak;

import io.ternmq.client.Admin;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import io.ternmq.client.TransactionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The senders that use our client. */
final class SoakSends implements AutoCloseable {
    private static final int BATCH = 10;
    private static final List<String> KEYS = List.of("oak", "ash", "elm", "yew", "fir");

    private final Books books;
    private final Senders senders;
    private final List<Admin> producers = new ArrayList<>();
    private final Producer producer;
    private final OrderProducer orderProducer;
    private final TransactionProducer transactionProducer;

    SoakSends(String nameServer, String prefix, Books books, Senders senders) {
        this.books = books;
        this.senders = senders;
        ClientConfig client = ClientConfig.builder(nameServer)
                .instanceName(prefix + "_senders")
                .build();
        producer = MQFactory.createProducer(
                ProducerConfig.builder(client, prefix + "_senders").build());
        orderProducer = MQFactory.createOrderProducer(
                ProducerConfig.builder(client, prefix + "_order_senders").build());
        transactionProducer = MQFactory.createTransactionProducer(
                ProducerConfig.builder(client, prefix + "_banks").build(),
                message -> outcomeByCheck(Texts.read(message.getBody()).number()));
        producers.addAll(List.of(producer, orderProducer, transactionProducer));
        producers.forEach(Admin::start);
    }

    void start() {
        senders.start("sync", Duration.ofMillis(100), this::sendSync);
        senders.start("async", Duration.ofMillis(100), this::sendAsync);
        senders.start("oneway", Duration.ofMillis(150), () -> producer.sendOneway(any(books.any.open())));
        senders.start("batch", Duration.ofSeconds(1), this::sendBatch);
        senders.start("later", Duration.ofMillis(250), this::sendLater);
        senders.start("retried", Duration.ofMillis(300), this::sendToRetry);
        senders.start("transactions", Duration.ofMillis(250), this::sendTransaction);
        senders.start("ordered", Duration.ofMillis(100), this::sendOrdered);
    }

    private Message any(int number) {
        Message message = new Message(books.any.topic(), Books.tag(number), Texts.body(number, 0));
        message.putUserProperties("n", Integer.toString(Books.property(number)));
        return message;
    }

    private void sendSync() {
        int number = books.any.open();
        producer.send(any(number));
        books.any.acknowledge(number);
    }

    private void sendAsync() {
        int number = books.any.open();
        producer.sendAsync(any(number)).whenComplete((result, failure) -> {
            if (failure == null) {
                books.any.acknowledge(number);
            } else {
                senders.failed("async", failure);
            }
        });
    }

    private void sendBatch() {
        List<Integer> numbers = new ArrayList<>();
        List<Message> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int number = books.any.open();
            numbers.add(number);
            batch.add(any(number));
        }
        producer.send(batch);
        numbers.forEach(books.any::acknowledge);
    }

    private void sendLater() {
        int number = books.later.open();
        long due = System.currentTimeMillis() + ThreadLocalRandom.current().nextInt(100, 8_000);
        Message message = new Message(books.later.topic(), null, Texts.body(number, due));
        message.setStartDeliverTime(due);
        producer.send(message);
        books.later.acknowledge(number);
    }

    private void sendToRetry() {
        int number = books.retries.open();
        producer.send(new Message(books.retries.topic(), null, Texts.body(number, 0)));
        books.retries.acknowledge(number);
    }

    /** One in four commits, one rolls back, and two leave it to the check. */
    private void sendTransaction() {
        int number = books.transactions.open();
        if (outcomeByCheck(number) == TransactionStatus.RollbackTransaction) {
            books.transactions.forbid(number);
        }
        Message message = new Message(books.transactions.topic(), null, Texts.body(number, 0));
        message.putUserProperties(PropertyKeyConst.CheckImmunityTimeInSeconds, "1");
        TransactionStatus outcome = number % 4 < 2 ? outcomeByCheck(number) : TransactionStatus.Unknow;
        TransactionSendResult sent = transactionProducer.send(message, (half, arg) -> outcome, null);
        if (sent.getTransactionStatus() != TransactionStatus.RollbackTransaction) {
            books.transactions.acknowledge(number);
        }
    }

    private static TransactionStatus outcomeByCheck(int number) {
        return number % 2 == 0 ? TransactionStatus.CommitTransaction : TransactionStatus.RollbackTransaction;
    }

    /** As an application must where order matters: the next message of a key follows when this one is stored. */
    private void sendOrdered() {
        String key = KEYS.get(ThreadLocalRandom.current().nextInt(KEYS.size()));
        int number = books.ordered.next(key);
        while (!senders.isOver()) {
            try {
                orderProducer.send(new Message(books.ordered.topic(), null, Texts.body(key, number)), key);
                books.ordered.acknowledge(key, number);
                return;
            } catch (RuntimeException failure) {
                senders.failed("ordered", failure);
            }
        }
    }

    @Override
    public void close() {
        producers.forEach(Admin::close);
    }
}
