package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.BatchConsumer;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The consumer whose listeners get several messages at once. */
public final class DefaultBatchConsumer extends GroupConsumer<BatchMessageListener> implements BatchConsumer {

    public DefaultBatchConsumer(ConsumerConfig config, ClientRegistry registry) {
        super(config, registry, Timing.USUAL);
        requirePull("in batches");
    }

    @Override
    Receiving receiving(ClientInstance client, Function<String, @Nullable BatchMessageListener> listeners) {
        return new Receiving(new BatchSink(config(), client, listeners), Ownership.BY_SHARE);
    }

    @Override
    BatchMessageListener counted(BatchMessageListener listener) {
        return (messages, context) -> {
            long start = System.nanoTime();
            int count = messages.size();
            String topic = messages.get(0).getTopic();
            boolean ok = false;
            try {
                Action action = listener.consume(messages, context);
                ok = action == Action.CommitMessage;
                return action;
            } finally {
                rates().consumed(topic, count, ok, System.nanoTime() - start);
            }
        };
    }

    @Override
    Attempt attempt(Message message, BatchMessageListener listener) {
        return Attempt.of(
                () -> listener.consume(new ArrayList<>(List.of(message)), new Handling(config().groupId())),
                Action.CommitMessage);
    }
}
