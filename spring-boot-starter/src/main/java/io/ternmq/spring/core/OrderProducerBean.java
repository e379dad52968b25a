package io.ternmq.spring.core;

import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.QueueSelector;
import io.ternmq.client.SendResult;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/**
 * An {@link OrderProducer} for XML and Java configuration: set {@code properties}, name {@code start} as init method and {@code
 * shutdown} as destroy method. Apart from what it sends like {@link ProducerBean}.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class OrderProducerBean extends SendingBean<OrderProducer> implements OrderProducer {

    @Override
    OrderProducer create(Properties complete) {
        return MQFactory.createOrderProducer(complete);
    }

    @Override
    public SendResult send(Message message, String shardingKey) {
        return started().send(message, shardingKey);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message, String shardingKey) {
        return started().sendAsync(message, shardingKey);
    }

    @Override
    public SendResult send(Message message, QueueSelector selector) {
        return started().send(message, selector);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message, QueueSelector selector) {
        return started().sendAsync(message, selector);
    }
}
