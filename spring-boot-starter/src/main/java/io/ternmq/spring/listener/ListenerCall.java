package io.ternmq.spring.listener;

import io.ternmq.client.Message;
import java.lang.reflect.Method;
import java.util.List;

/**
 * One call of a listener's method.
 *
 * @param listenerId who the listener is, in logs and the registry
 * @param group the group that consumes
 * @param bean whose method it is
 * @param method the method
 * @param messages the one message, or the batch
 */
public record ListenerCall(String listenerId, String group, Object bean, Method method, List<Message> messages) {

    public ListenerCall {
        messages = List.copyOf(messages);
    }
}
