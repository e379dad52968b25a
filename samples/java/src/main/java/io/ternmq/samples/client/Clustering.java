package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.PropertyValueConst;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two instances of an application in one group: each message goes to one of them. */
public final class Clustering {

    private static final String TOPIC = "sample-clustering";
    private static final int MESSAGES = 16;

    private Clustering() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(MESSAGES);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-clustering-producer");
        try (Consumer first = createInstance(address, "first", out, missing);
                Consumer second = createInstance(address, "second", out, missing);
                Producer producer = MQFactory.createProducer(properties)) {
            first.start();
            second.start();
            producer.start();
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(new Message(TOPIC, null, ("message " + i).getBytes(StandardCharsets.UTF_8)));
            }
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Consumer createInstance(String address, String name, PrintStream out, CountDownLatch missing) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-clustering");
        properties.put(PropertyKeyConst.MessageModel, PropertyValueConst.CLUSTERING);
        properties.put(PropertyKeyConst.ConsumeThreadNums, 4);
        // Two processes need no names. Two members in one process do, or they would be the same client.
        properties.put(PropertyKeyConst.InstanceName, name);
        Consumer consumer = MQFactory.createConsumer(properties);
        consumer.subscribe(TOPIC, "*", (message, context) -> {
            out.println(name + " received " + new String(message.getBody(), StandardCharsets.UTF_8));
            missing.countDown();
            return Action.CommitMessage;
        });
        return consumer;
    }
}
