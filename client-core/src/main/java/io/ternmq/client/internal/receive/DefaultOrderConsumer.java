package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.group.QueueLocks;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The consumer whose listeners get the messages of a queue in their order. */
public final class DefaultOrderConsumer extends GroupConsumer<MessageOrderListener> implements OrderConsumer {

    public DefaultOrderConsumer(ConsumerConfig config, ClientRegistry registry) {
        this(config, registry, Timing.USUAL);
    }

    DefaultOrderConsumer(ConsumerConfig config, ClientRegistry registry, Timing timing) {
        super(config, registry, timing);
        requirePull("in order");
        if (config.messageModel() == MessageModel.BROADCASTING) {
            throw new MQClientException("messages cannot be consumed in order by broadcasting: group="
                    + config.groupId() + "; use CLUSTERING, or a consumer without order");
        }
    }

    @Override
    Receiving receiving(ClientInstance client, Function<String, @Nullable MessageOrderListener> listeners) {
        LockedQueues locks = new LockedQueues(new QueueLocks(client, config().groupId()), timing());
        return new Receiving(new OrderedSink(config(), client, locks::isHeld, listeners), locks);
    }

    @Override
    boolean isOrdered() {
        return true;
    }

    @Override
    MessageOrderListener counted(MessageOrderListener listener) {
        return (message, context) -> {
            long start = System.nanoTime();
            boolean ok = false;
            try {
                OrderAction action = listener.consume(message, context);
                ok = action == OrderAction.Success;
                return action;
            } finally {
                rates().consumed(message.getTopic(), 1, ok, System.nanoTime() - start);
            }
        };
    }

    @Override
    Attempt attempt(Message message, MessageOrderListener listener) {
        OrderedHandling handling = new OrderedHandling(config().groupId(), config().suspendTime());
        return Attempt.of(() -> listener.consume(message, handling), OrderAction.Success);
    }
}
