package io.ternmq.spring.core;

import io.ternmq.client.BatchConsumer;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.MQFactory;
import io.ternmq.client.MessageSelector;
import java.util.Properties;

/**
 * A {@link BatchConsumer} for XML and Java configuration: set {@code properties} and {@code subscriptionTable}, name {@code start} as init
 * method and {@code shutdown} as destroy method. It starts and stops with the context as {@link ConsumerBean} does.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class BatchConsumerBean extends SubscribingBean<BatchConsumer, BatchMessageListener>
        implements BatchConsumer {

    @Override
    BatchConsumer create(Properties complete) {
        return MQFactory.createBatchConsumer(complete);
    }

    @Override
    void subscribe(BatchConsumer target, String topic, MessageSelector selector, BatchMessageListener listener) {
        target.subscribe(topic, selector, listener);
    }

    @Override
    void unsubscribe(BatchConsumer target, String topic) {
        target.unsubscribe(topic);
    }

    @Override
    void suspend(BatchConsumer target) {
        target.suspend();
    }

    @Override
    void resume(BatchConsumer target) {
        target.resume();
    }
}
