package io.ternmq.spring.listener;

import io.ternmq.client.Message;
import java.util.List;

/**
 * What is delivered to a listener at once.
 *
 * @param listenerId who the listener is, in logs and the registry
 * @param group the group that consumes
 * @param messages the one message, or the batch
 */
public record ListenerDelivery(String listenerId, String group, List<Message> messages) {

    public ListenerDelivery {
        messages = List.copyOf(messages);
    }

    /** The one message, or the first of the batch. */
    public Message first() {
        return messages.get(0);
    }
}
