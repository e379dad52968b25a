package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
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
    Receiver receiver(ClientInstance client) {
        return config().consumeMode() == ConsumeMode.POP
                ? new PopConsumption(config(), client, subscriptions(), this::listener)
                : super.receiver(client);
    }

    @Override
    Receiving receiving(ClientInstance client, Function<String, @Nullable MessageListener> listeners) {
        return new Receiving(new ConcurrentSink(config(), client, listeners), Ownership.BY_SHARE);
    }

    @Override
    MessageListener counted(MessageListener listener) {
        return (message, context) -> {
            long start = System.nanoTime();
            boolean ok = false;
            try {
                Action action = listener.consume(message, context);
                ok = action == Action.CommitMessage;
                return action;
            } finally {
                rates().consumed(message.getTopic(), 1, ok, System.nanoTime() - start);
            }
        };
    }

    @Override
    Attempt attempt(Message message, MessageListener listener) {
        return Attempt.of(() -> listener.consume(message, new Handling(config().groupId())), Action.CommitMessage);
    }
}
