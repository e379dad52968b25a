package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Messages that fail: one succeeds in the end, the other becomes a dead letter and is sent again when its cause is mended. */
public final class Retries {

    private static final String TOPIC = "sample-retries";
    private static final String GROUP = "sample-retries";

    private volatile boolean mended;
    private final PrintStream out;
    private final CountDownLatch recovered = new CountDownLatch(1);
    private final CountDownLatch hopeless = new CountDownLatch(3);
    private final CountDownLatch resent = new CountDownLatch(1);

    private Retries(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        new Retries(out).run(address);
    }

    private void run(String address) throws InterruptedException {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, GROUP);
        // 16 by default.
        properties.put(PropertyKeyConst.MaxReconsumeTimes, 2);
        Properties sending = new Properties();
        sending.put(PropertyKeyConst.NAMESRV_ADDR, address);
        sending.put(PropertyKeyConst.GROUP_ID, "sample-retries-producer");
        try (Consumer consumer = MQFactory.createConsumer(properties);
                Producer producer = MQFactory.createProducer(sending);
                AdminClient admin = AdminClient.create(ClientConfig.of(address))) {
            consumer.subscribe(TOPIC, "*", (message, context) -> {
                // Without this the first retry is after 10 seconds, the next after 30, and so on up to 2 hours.
                context.retryAfter(Duration.ofMillis(200));
                return handle(message);
            });
            consumer.start();
            producer.start();
            producer.send(new Message(TOPIC, null, "at first too early".getBytes(StandardCharsets.UTF_8)));
            await(recovered);
            producer.send(new Message(TOPIC, null, "never possible".getBytes(StandardCharsets.UTF_8)));
            await(hopeless);

            DeadLetter letter = awaitDeadLetter(admin);
            out.println("dead letter from " + letter.originTopic());
            mended = true;
            admin.resend(letter);
            await(resent);
        }
    }

    /** Instead of {@code ReconsumeLater}, the listener may also return {@code null} or throw. */
    private Action handle(Message message) {
        String text = new String(message.getBody(), StandardCharsets.UTF_8);
        if (text.equals("never possible") && !mended) {
            out.println("try " + (message.getReconsumeTimes() + 1) + " of: " + text);
            hopeless.countDown();
            throw new IllegalStateException("the sample fails on purpose");
        }
        if (text.equals("at first too early") && message.getReconsumeTimes() == 0) {
            out.println("try 1 of: " + text);
            return Action.ReconsumeLater;
        }
        out.println("done: " + text);
        (mended ? resent : recovered).countDown();
        return Action.CommitMessage;
    }

    /** The last failure becomes a dead letter when the broker has heard of it, which is a moment later. */
    private static DeadLetter awaitDeadLetter(AdminClient admin) throws InterruptedException {
        for (int tries = 0; tries < 300; tries++) {
            List<DeadLetter> letters = admin.deadLetters(GROUP, 10).letters();
            if (!letters.isEmpty()) {
                return letters.get(letters.size() - 1);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("there is no dead letter: group=" + GROUP);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("messages have not arrived: missing=" + latch.getCount());
        }
    }
}
