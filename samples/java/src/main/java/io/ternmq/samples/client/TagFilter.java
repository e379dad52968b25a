package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Three groups that choose from one topic by tag: one tag, several, all. */
public final class TagFilter {

    private static final String TOPIC = "sample-tags";

    private TagFilter() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(6);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-tags-producer");
        try (Consumer payment = createConsumer(address, "payment", "created", out, missing);
                Consumer logistics = createConsumer(address, "logistics", "paid || shipped", out, missing);
                Consumer audit = createConsumer(address, "audit", "*", out, missing);
                Producer producer = MQFactory.createProducer(properties)) {
            payment.start();
            logistics.start();
            audit.start();
            producer.start();
            for (String tag : List.of("created", "paid", "shipped")) {
                producer.send(new Message(TOPIC, tag, ("an order is " + tag).getBytes(StandardCharsets.UTF_8)));
            }
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Consumer createConsumer(
            String address, String name, String tags, PrintStream out, CountDownLatch missing) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        // All members of a group must subscribe alike; another wish is another group.
        properties.put(PropertyKeyConst.GROUP_ID, "sample-tags-" + name);
        Consumer consumer = MQFactory.createConsumer(properties);
        consumer.subscribe(TOPIC, tags, (message, context) -> {
            out.println(name + " received " + message.getTag());
            missing.countDown();
            return Action.CommitMessage;
        });
        return consumer;
    }
}
