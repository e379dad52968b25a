package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Two instances that both get every message, to empty a cache in each. Progress is kept by each instance in a file; at its first start an instance begins
 * with what is sent from then on.
 */
public final class Broadcasting {

    private static final String TOPIC = "sample-broadcasting";
    private static final int MESSAGES = 3;

    private Broadcasting() {}

    public static void main(String[] args) throws InterruptedException {
        Path offsets = Path.of(System.getProperty("user.home"), ".ternmq", "offsets");
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", offsets, System.out);
    }

    static void run(String address, Path offsets, PrintStream out) throws InterruptedException {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(address))) {
            admin.createTopic(TopicSpec.of(TOPIC, 4));
        }
        CountDownLatch missing = new CountDownLatch(2 * MESSAGES);
        try (Consumer first = createInstance(address, "first", offsets, out, missing);
                Consumer second = createInstance(address, "second", offsets, out, missing);
                Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(ClientConfig.of(address), "sample-broadcasting-producer")
                                .build())) {
            first.start();
            second.start();
            producer.start();
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(new Message(TOPIC, null, ("forget price " + i).getBytes(StandardCharsets.UTF_8)));
            }
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static Consumer createInstance(
            String address, String name, Path offsets, PrintStream out, CountDownLatch missing) {
        ClientConfig client = ClientConfig.builder(address).instanceName(name).build();
        Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(client, "sample-broadcasting")
                .messageModel(MessageModel.BROADCASTING)
                .offsetDirectory(offsets)
                .build());
        consumer.subscribe(TOPIC, "*", (message, context) -> {
            out.println(name + " received " + new String(message.getBody(), StandardCharsets.UTF_8));
            missing.countDown();
            return Action.CommitMessage;
        });
        return consumer;
    }
}
