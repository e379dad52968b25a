package io.ternmq.samples.client;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;

/**
 * Sends without any answer: the fastest way, for what may be lost, such as log lines. They are read by polling here, for a change.
 */
public final class OnewaySend {

    private static final String TOPIC = "sample-oneway";
    private static final int LINES = 100;

    private OnewaySend() {}

    public static void main(String[] args) {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-oneway-producer");
        try (Producer producer = MQFactory.createProducer(properties)) {
            producer.start();
            for (int i = 0; i < LINES; i++) {
                producer.sendOneway(new Message(TOPIC, "log", ("line " + i).getBytes(StandardCharsets.UTF_8)));
            }
        }
        out.println("sent " + LINES + " lines");
        out.println("polled " + poll(address) + " lines");
    }

    private static int poll(String address) {
        PullConsumerConfig config = PullConsumerConfig.builder(ClientConfig.of(address), "sample-oneway-reader")
                .startFrom(StartPosition.earliest())
                .build();
        try (PullConsumer consumer = MQFactory.createPullConsumer(config)) {
            consumer.start();
            consumer.subscribe(TOPIC, "log");
            int lines = 0;
            for (int polls = 0; lines < LINES && polls < 30; polls++) {
                // What a poll has returned counts as done at the next poll, or when the consumer is closed.
                lines += consumer.poll(Duration.ofSeconds(1)).size();
            }
            return lines;
        }
    }
}
