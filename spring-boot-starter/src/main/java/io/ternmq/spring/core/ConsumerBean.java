package io.ternmq.spring.core;

import io.ternmq.client.Consumer;
import io.ternmq.client.MQFactory;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageSelector;
import java.util.Properties;
import java.util.function.Function;
import org.springframework.context.SmartLifecycle;

/**
 * A {@link Consumer} for XML and Java configuration: set {@code properties} (keys of {@link
 * io.ternmq.client.PropertyKeyConst}) and {@code subscriptionTable}, name {@code start} as init method and {@code
 * shutdown} as destroy method. Where Spring Boot configures TernMQ, the name server need not be given: it is that of the
 * application, also the embedded broker's.
 *
 * <p>When the context stops, this bean stops before the beans its listeners use, as {@code @MessageListener} methods do;
 * when the context starts again, so does this bean. Without the init method it starts with the other listeners.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class ConsumerBean extends SubscribingBean<Consumer, MessageListener> implements Consumer {

    /** Listeners start after, and stop before, everything an application does besides. */
    public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 100;

    private final Function<Properties, Consumer> factory;

    public ConsumerBean() {
        this(MQFactory::createConsumer);
    }

    ConsumerBean(Function<Properties, Consumer> factory) {
        this.factory = factory;
    }

    @Override
    Consumer create(Properties complete) {
        return factory.apply(complete);
    }

    @Override
    void subscribe(Consumer target, String topic, MessageSelector selector, MessageListener listener) {
        target.subscribe(topic, selector, listener);
    }

    @Override
    void unsubscribe(Consumer target, String topic) {
        target.unsubscribe(topic);
    }

    @Override
    void suspend(Consumer target) {
        target.suspend();
    }

    @Override
    void resume(Consumer target) {
        target.resume();
    }
}
