package io.ternmq.samples.client;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OnExceptionContext;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends without waiting for the answer, and learns of it by a callback or by a future. */
public final class AsyncSend {

    private static final String TOPIC = "sample-async";

    private AsyncSend() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-async-producer");
        try (Producer producer = MQFactory.createProducer(properties)) {
            producer.start();
            withCallback(producer, out);
            withFuture(producer, out);
        }
    }

    private static void withCallback(Producer producer, PrintStream out) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        Message message = message("with a callback");
        producer.sendAsync(message, new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
                out.println("stored " + result.getMessageId());
                answered.countDown();
            }

            @Override
            public void onException(OnExceptionContext context) {
                // Not necessarily lost: the broker may have stored it, and only the answer did not come in time.
                out.println("failed " + context.getMessageId() + ": "
                        + context.getException().getMessage());
                answered.countDown();
            }
        });
        // The id is known before the broker has answered.
        out.println("sending " + message.getMsgID());
        if (!answered.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("neither success nor failure was told");
        }
    }

    private static void withFuture(Producer producer, PrintStream out) {
        CompletableFuture<SendResult> first = producer.sendAsync(message("with a future"));
        CompletableFuture<SendResult> second = producer.sendAsync(new Message(TOPIC, null, new byte[0]));
        out.println("stored at offset " + first.join().getOffset());
        // Illegal messages fail in the future too.
        out.println(second.handle((result, failure) -> failure == null
                        ? "unexpectedly stored"
                        : "refused with code " + ((MQClientException) failure).getResponseCode())
                .join());
    }

    private static Message message(String text) {
        return new Message(TOPIC, null, text.getBytes(StandardCharsets.UTF_8));
    }
}
