package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.SendResult;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends messages, waits for each until the broker has stored it, and receives them. */
public final class OrdinaryMessages {

    private static final String TOPIC = "sample-ordinary";

    private OrdinaryMessages() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(3);
        try (Consumer consumer = createConsumer(address, message -> {
                    out.println("received " + text(message) + ", key " + message.getKey());
                    missing.countDown();
                });
                Producer producer = createProducer(address)) {
            consumer.start();
            producer.start();
            for (int i = 1; i <= 3; i++) {
                Message message = new Message(TOPIC, "created", ("order " + i).getBytes(StandardCharsets.UTF_8));
                // By the key the message can be found again, in the console and with AdminClient.queryByKey.
                message.setKey("ORDER-" + i);
                // Returns when the message is stored; if it cannot be stored in time, an exception says why.
                SendResult result = producer.send(message);
                out.println("sent order " + i + " as " + result.getMessageId());
            }
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Producer createProducer(String address) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-ordinary-producer");
        return MQFactory.createProducer(properties);
    }

    private static Consumer createConsumer(String address, java.util.function.Consumer<Message> handler) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-ordinary-consumer");
        Consumer consumer = MQFactory.createConsumer(properties);
        consumer.subscribe(TOPIC, "*", (message, context) -> {
            handler.accept(message);
            return Action.CommitMessage;
        });
        return consumer;
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
