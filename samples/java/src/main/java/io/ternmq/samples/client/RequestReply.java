package io.ternmq.samples.client;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks by a message, and gets the answer that a listener gives. */
public final class RequestReply {

    private static final String TOPIC = "sample-questions";

    private RequestReply() {}

    public static void main(String[] args) {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) {
        ClientConfig client = ClientConfig.of(address);
        try (Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(client, "sample-asking").build());
                Consumer consumer = MQFactory.createConsumer(
                        ConsumerConfig.builder(client, "sample-answering").build())) {
            producer.start();
            consumer.subscribe(TOPIC, "*", (request, context) -> {
                out.println("asked: " + text(request));
                byte[] answer = Integer.toString(text(request).length()).getBytes(StandardCharsets.UTF_8);
                // Goes straight to whoever has asked; it is not stored.
                producer.reply(request, new Message("", null, answer));
                return Action.CommitMessage;
            });
            consumer.start();

            Message question = new Message(TOPIC, null, "how long is this?".getBytes(StandardCharsets.UTF_8));
            Message answer = producer.request(question, Duration.ofSeconds(20));
            out.println("answered: " + text(answer));

            Message another = new Message(TOPIC, null, "and this".getBytes(StandardCharsets.UTF_8));
            producer.requestAsync(another, Duration.ofSeconds(20))
                    .thenAccept(reply -> out.println("answered: " + text(reply)))
                    .join();
        }
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
