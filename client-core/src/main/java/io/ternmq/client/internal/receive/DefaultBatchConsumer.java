package io.ternmq.client.internal.receive;

import io.ternmq.client.BatchConsumer;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The consumer whose listeners get several messages at once. */
public final class DefaultBatchConsumer extends GroupConsumer<BatchMessageListener> implements BatchConsumer {

    public DefaultBatchConsumer(ConsumerConfig config, ClientRegistry registry) {
        super(config, registry, Timing.USUAL);
    }

    @Override
    Receiving receiving(ClientInstance client, Function<String, @Nullable BatchMessageListener> listeners) {
        return new Receiving(new BatchSink(config(), client, listeners), Ownership.BY_SHARE);
    }
}
