package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each message to its listener on whichever thread is free. */
final class ConcurrentSink extends UnorderedSink<Entry> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ConcurrentSink.class);

    private final Unpacking<MessageListener> unpacking;

    ConcurrentSink(
            ConsumerConfig config, ClientInstance client, Function<String, @Nullable MessageListener> listeners) {
        super(config, client);
        this.unpacking = new Unpacking<>(config.groupId(), listeners);
    }

    @Override
    public void accept(ProcessQueue queue, List<Entry> entries) {
        submit(entries);
    }

    @Override
    void again(Entry entry) {
        submit(entry);
    }

    @Override
    void run(Entry entry) {
        if (!entry.begin()) {
            entry.discard();
            return;
        }
        Handling handling = new Handling(config.groupId());
        settle(entry, handling.outcome(consume(entry, handling)));
    }

    private boolean consume(Entry entry, Handling handling) {
        Message message = unpacking.message(entry);
        MessageListener listener = message == null ? null : unpacking.listener(message.getTopic(), entry);
        return message != null && listener != null && consume(message, listener, handling);
    }

    /** Whatever a listener throws is its failure, not this thread's. */
    private boolean consume(Message message, MessageListener listener, Handling handling) {
        ConsumeTrace trace = ConsumeTrace.begin(tracer, config.groupId(), message);
        try {
            Action action = listener.consume(message, handling);
            ConsumeTrace.end(trace, ConsumeTrace.outcome(action, Action.CommitMessage));
            if (action == Action.CommitMessage) {
                return true;
            }
            LOGGER.debug(
                    "a listener asks for a message again: group={}, messageId={}",
                    config.groupId(),
                    message.getMsgID());
        } catch (Throwable e) {
            ConsumeTrace.end(trace, Outcome.EXCEPTION);
            LOGGER.warn(
                    "a listener has failed: group={}, topic={}, messageId={}, reconsumeTimes={}; the message {}",
                    config.groupId(),
                    message.getTopic(),
                    message.getMsgID(),
                    message.getReconsumeTimes(),
                    config.messageModel() == MessageModel.CLUSTERING ? "is delivered again later" : "is dropped",
                    e);
        }
        return false;
    }
}
