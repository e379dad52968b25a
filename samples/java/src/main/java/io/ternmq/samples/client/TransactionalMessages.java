package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import io.ternmq.client.TransactionStatus;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A message that is delivered if, and only if, a local transaction commits: one that commits, one that rolls back, and one whose outcome the
 * broker does not hear and has to ask for.
 */
public final class TransactionalMessages {

    private static final String TOPIC = "sample-transactional";

    /** Stands for the database: which orders are paid. */
    private final Map<String, Boolean> paid = new ConcurrentHashMap<>();

    private final PrintStream out;

    private TransactionalMessages(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        new TransactionalMessages(out).run(address);
    }

    private void run(String address) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(2);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-transactional");
        try (Consumer consumer = MQFactory.createConsumer(properties);
                TransactionProducer producer = MQFactory.createTransactionProducer(properties, this::check)) {
            consumer.subscribe(TOPIC, "*", (message, context) -> {
                out.println("received " + message.getKey());
                missing.countDown();
                return Action.CommitMessage;
            });
            consumer.start();
            producer.start();

            pay(producer, "order-1", TransactionStatus.CommitTransaction);
            pay(producer, "order-2", TransactionStatus.RollbackTransaction);
            pay(producer, "order-3", TransactionStatus.Unknow);

            if (!missing.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private void pay(TransactionProducer producer, String order, TransactionStatus outcome) {
        Message message = new Message(TOPIC, "paid", order, (order + " is paid").getBytes(StandardCharsets.UTF_8));
        // How long the broker waits before it asks about a transaction that does not end; by default 6 seconds.
        message.putUserProperties(PropertyKeyConst.CheckImmunityTimeInSeconds, "1");
        TransactionSendResult result = producer.send(
                message,
                (half, arg) -> {
                    // Nobody sees the message yet. Here the database's transaction is made.
                    paid.put(half.getKey(), outcome != TransactionStatus.RollbackTransaction);
                    return outcome;
                },
                null);
        out.println(order + ": " + result.getTransactionStatus());
    }

    /** The broker asks any producer of the group, not only the one that has sent, so the answer must come from the database. */
    private TransactionStatus check(Message message) {
        Boolean found = paid.get(message.getKey());
        TransactionStatus status =
                found != null && found ? TransactionStatus.CommitTransaction : TransactionStatus.RollbackTransaction;
        out.println("checked " + message.getKey() + ": " + status);
        return status;
    }
}
