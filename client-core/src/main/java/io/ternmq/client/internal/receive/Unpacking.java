package io.ternmq.client.internal.receive;

import io.ternmq.client.Message;
import io.ternmq.client.internal.codec.MessageCodec;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages of stored records, and finds the listeners they are for.
 *
 * @param <L> the kind of listener
 */
final class Unpacking<L> {

    private static final Logger LOGGER = LoggerFactory.getLogger(Unpacking.class);

    private final String group;
    private final Function<String, @Nullable L> listeners;

    /**
     * Creates it.
     *
     * @param listeners finds the listener of a topic
     */
    Unpacking(String group, Function<String, @Nullable L> listeners) {
        this.group = group;
        this.listeners = listeners;
    }

    /** The message, or {@code null} if it cannot be made now, which is said in the log. */
    @Nullable
    Message message(Entry entry) {
        try {
            Message message = MessageCodec.message(entry.stored(), entry.queue().queue());
            message.setReconsumeTimes(message.getReconsumeTimes() + entry.localRetries());
            return message;
        } catch (Throwable e) {
            // A large body may not fit into memory now.
            LOGGER.error("a message cannot be read: group={}, {}", group, entry, e);
            return null;
        }
    }

    /** The listener of a topic, or {@code null} if there is none any more, which is said in the log. */
    @Nullable
    L listener(String topic, Entry entry) {
        L listener = listeners.apply(topic);
        if (listener == null) {
            LOGGER.warn(
                    "a message has no listener any more: group={}, topic={}, {}; it is delivered again later",
                    group,
                    topic,
                    entry);
        }
        return listener;
    }
}
