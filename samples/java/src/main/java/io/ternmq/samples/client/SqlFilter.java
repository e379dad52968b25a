package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Chooses by a condition over the properties of messages, which the broker evaluates. */
public final class SqlFilter {

    private static final String TOPIC = "sample-sql";

    private SqlFilter() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(2);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-sql");
        try (Consumer consumer = MQFactory.createConsumer(properties);
                Producer producer = MQFactory.createProducer(properties)) {
            MessageSelector condition =
                    MessageSelector.bySql("region = 'hangzhou' AND price BETWEEN 10 AND 20 OR TAGS = 'urgent'");
            consumer.subscribe(TOPIC, condition, (message, context) -> {
                out.println("received " + new String(message.getBody(), StandardCharsets.UTF_8));
                missing.countDown();
                return Action.CommitMessage;
            });
            consumer.start();
            producer.start();

            producer.send(offer("too dear", "normal", "hangzhou", "99"));
            producer.send(offer("from elsewhere", "normal", "beijing", "15"));
            producer.send(offer("just right", "normal", "hangzhou", "15"));
            producer.send(offer("urgent", "urgent", "beijing", "99"));

            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Message offer(String text, String tag, String region, String price) {
        Message message = new Message(TOPIC, tag, text.getBytes(StandardCharsets.UTF_8));
        message.putUserProperties("region", region);
        message.putUserProperties("price", price);
        return message;
    }
}
