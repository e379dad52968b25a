package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.BatchConsumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.SendResult;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends many messages as one, and receives several at once. */
public final class BatchMessages {

    private static final String TOPIC = "sample-batch";
    private static final int MESSAGES = 100;

    private BatchMessages() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(MESSAGES);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-batch-producer");
        try (BatchConsumer consumer = createConsumer(address, out, missing);
                Producer producer = MQFactory.createProducer(properties)) {
            consumer.start();
            producer.start();
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                batch.add(new Message(TOPIC, null, ("reading " + i).getBytes(StandardCharsets.UTF_8)));
            }
            // One topic, one queue, in this order, all or none; split if larger than the size limit.
            List<SendResult> results = producer.send(batch);
            out.println("sent " + results.size() + " messages to queue "
                    + results.get(0).getTopicPartition().queueId());
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static BatchConsumer createConsumer(String address, PrintStream out, CountDownLatch missing) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-batch");
        properties.put(PropertyKeyConst.ConsumeMessageBatchMaxSize, 32);
        BatchConsumer consumer = MQFactory.createBatchConsumer(properties);
        consumer.subscribe(TOPIC, "*", (messages, context) -> {
            out.println("received " + messages.size() + " messages");
            messages.forEach(message -> missing.countDown());
            return Action.CommitMessage;
        });
        return consumer;
    }
}
