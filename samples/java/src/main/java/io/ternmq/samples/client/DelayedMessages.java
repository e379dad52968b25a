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
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Messages that are delivered later: after a while, at a time, by a delay level; and one that is taken back before its time. */
public final class DelayedMessages {

    private static final String TOPIC = "sample-delayed";

    private DelayedMessages() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(4);
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-delayed");
        try (Consumer consumer = MQFactory.createConsumer(properties);
                Producer producer = MQFactory.createProducer(properties)) {
            long began = System.currentTimeMillis();
            consumer.subscribe(TOPIC, "*", (message, context) -> {
                long waited = System.currentTimeMillis() - began;
                out.println("received " + text(message) + " after " + waited + " ms");
                missing.countDown();
                return Action.CommitMessage;
            });
            consumer.start();
            producer.start();

            Message delayed = message("delayed by a second and a half");
            delayed.setStartDeliverTime(System.currentTimeMillis() + 1_500);
            out.println("waiting " + producer.send(delayed).getMessageId());

            Message timed = message("timed for two seconds from now");
            timed.setStartDeliverTime(Instant.now().plus(Duration.ofSeconds(2)).toEpochMilli());
            producer.send(timed);

            Message past = message("timed for a moment in the past");
            past.setStartDeliverTime(Instant.now().minusSeconds(60).toEpochMilli());
            producer.send(past);

            Message level = message("delayed by level 1");
            level.setDelayLevel(1);
            producer.send(level);

            Message regretted = message("taken back");
            regretted.setStartDeliverTime(System.currentTimeMillis() + 60_000);
            SendResult waiting = producer.send(regretted);
            String handle = Objects.requireNonNull(waiting.getRecallHandle(), "the broker cannot take messages back");
            out.println("recall: " + producer.recall(TOPIC, handle));

            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Message message(String text) {
        return new Message(TOPIC, null, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
