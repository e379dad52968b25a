package io.ternmq.benchmarks.client.ternmq;

import io.ternmq.benchmarks.client.LoadClient;
import io.ternmq.benchmarks.client.Target;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OnExceptionContext;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.StartPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Our client with its default settings. */
public final class TernMqLoadClient implements LoadClient {
    private final Target target;
    private final ClientConfig config;
    private final Producer producer;
    private final List<Consumer> consumers = new CopyOnWriteArrayList<>();

    /** Starts a producer. */
    public TernMqLoadClient(Target target) {
        this.target = target;
        this.config = ClientConfig.builder(target.nameServer())
                .instanceName(target.instanceName())
                .build();
        this.producer = MQFactory.createProducer(
                ProducerConfig.builder(config, "load-producer").build());
        producer.start();
    }

    @Override
    public void send(byte[] body) {
        check(producer.send(message(body)));
    }

    @Override
    public void sendBatch(List<byte[]> bodies) {
        List<Message> messages = new ArrayList<>(bodies.size());
        for (byte[] body : bodies) {
            messages.add(message(body));
        }
        producer.send(messages).forEach(TernMqLoadClient::check);
    }

    @Override
    public void sendAsync(byte[] body, Outcome outcome) {
        try {
            producer.sendAsync(message(body), new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    if (result.getStatus() == SendStatus.OK) {
                        outcome.stored();
                    } else {
                        outcome.failed(new IllegalStateException("not stored as asked: " + result.getStatus()));
                    }
                }

                @Override
                public void onException(OnExceptionContext context) {
                    outcome.failed(context.getException());
                }
            });
        } catch (RuntimeException e) {
            outcome.failed(e);
        }
    }

    @Override
    public void sendOneway(byte[] body) {
        producer.sendOneway(message(body));
    }

    @Override
    public void consume(String group, int threads, Receiver receiver) {
        Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(config, group)
                .startFrom(StartPosition.earliest())
                .consumeThreads(threads)
                .build());
        consumers.add(consumer);
        consumer.subscribe(target.topic(), "*", (message, context) -> {
            receiver.received(message.getBody());
            return Action.CommitMessage;
        });
        consumer.start();
    }

    @Override
    public void close() {
        consumers.forEach(Consumer::shutdown);
        producer.shutdown();
    }

    private Message message(byte[] body) {
        return new Message(target.topic(), "", body);
    }

    private static void check(SendResult result) {
        if (result.getStatus() != SendStatus.OK) {
            throw new IllegalStateException("not stored as asked: " + result.getStatus());
        }
    }
}
