package io.ternmq.client.internal.send;

import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.QueueSelector;
import io.ternmq.client.SendResult;
import io.ternmq.client.internal.group.ClientRegistry;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/** The producer for ordered messages: a producer that is told the queue. */
public final class DefaultOrderProducer implements OrderProducer {

    private final DefaultProducer producer;

    public DefaultOrderProducer(ProducerConfig config, ClientRegistry registry) {
        this.producer = new DefaultProducer(config, registry);
    }

    @Override
    public boolean isStarted() {
        return producer.isStarted();
    }

    @Override
    public boolean isClosed() {
        return producer.isClosed();
    }

    @Override
    public void start() {
        producer.start();
    }

    @Override
    public void shutdown() {
        producer.shutdown();
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        producer.updateCredential(credentialProperties);
    }

    @Override
    public SendResult send(Message message, String shardingKey) {
        return producer.sendOrdered(message, shardingKey);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message, String shardingKey) {
        return producer.sendOrderedAsync(message, shardingKey);
    }

    @Override
    public SendResult send(Message message, QueueSelector selector) {
        return producer.sendChosen(message, selector);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message, QueueSelector selector) {
        return producer.sendChosenAsync(message, selector);
    }
}
