package io.ternmq.client.internal.receive;

import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MessageListener;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The consumer whose listeners get messages one each, in no order. */
public final class DefaultConsumer extends GroupConsumer<MessageListener> implements Consumer {

    public DefaultConsumer(ConsumerConfig config, ClientRegistry registry) {
        this(config, registry, Timing.USUAL);
    }

    DefaultConsumer(ConsumerConfig config, ClientRegistry registry, Timing timing) {
        super(config, registry, timing);
    }

    @Override
    Receiving receiving(ClientInstance client, Function<String, @Nullable MessageListener> listeners) {
        return new Receiving(new ConcurrentSink(config(), client, listeners), Ownership.BY_SHARE);
    }
}
