package io.ternmq.spring.core;

import io.ternmq.client.MQFactory;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderConsumer;
import java.util.Properties;

/**
 * An {@link OrderConsumer} for XML and Java configuration: set {@code properties} and {@code subscriptionTable}, name {@code start} as init
 * method and {@code shutdown} as destroy method. It starts and stops with the context as {@link ConsumerBean} does.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class OrderConsumerBean extends SubscribingBean<OrderConsumer, MessageOrderListener>
        implements OrderConsumer {

    @Override
    OrderConsumer create(Properties complete) {
        return MQFactory.createOrderedConsumer(complete);
    }

    @Override
    void subscribe(OrderConsumer target, String topic, MessageSelector selector, MessageOrderListener listener) {
        target.subscribe(topic, selector, listener);
    }

    @Override
    void unsubscribe(OrderConsumer target, String topic) {
        target.unsubscribe(topic);
    }

    @Override
    void suspend(OrderConsumer target) {
        target.suspend();
    }

    @Override
    void resume(OrderConsumer target) {
        target.resume();
    }
}
