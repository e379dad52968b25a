package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.QueueSelector;
import io.ternmq.client.SendResult;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An {@link OrderProducer} for XML and Java configuration: set {@code properties}, name {@code start} as init method and {@code
 * shutdown} as destroy method. Apart from what it sends like {@link ProducerBean}.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class OrderProducerBean implements OrderProducer, NameServerUser {

    private final ClientProperties properties = new ClientProperties();
    private volatile @Nullable OrderProducer producer;

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    @Override
    public void setDefaultNameServer(String nameServer) {
        properties.setDefaultNameServer(nameServer);
    }

    @Override
    public boolean isNameServerGiven() {
        return properties.nameServerGiven();
    }

    @Override
    public synchronized void start() {
        OrderProducer current = producer;
        if (current == null) {
            current = MQFactory.createOrderProducer(properties.complete("OrderProducerBean"));
            producer = current;
        }
        current.start();
    }

    @Override
    public synchronized void shutdown() {
        OrderProducer current = producer;
        if (current != null) {
            current.shutdown();
        }
    }

    @Override
    public boolean isStarted() {
        OrderProducer current = producer;
        return current != null && current.isStarted();
    }

    @Override
    public boolean isClosed() {
        OrderProducer current = producer;
        return current != null && current.isClosed();
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

    @Override
    public void updateCredential(Properties credentialProperties) {
        started().updateCredential(credentialProperties);
    }

    private OrderProducer started() {
        OrderProducer current = producer;
        if (current == null) {
            throw new MQClientException("OrderProducerBean is not started; give its bean init-method=\"start\", or call"
                    + " start() first");
        }
        return current;
    }
}
