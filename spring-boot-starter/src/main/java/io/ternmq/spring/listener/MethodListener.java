package io.ternmq.spring.listener;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.spring.support.ReceivedMessage;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/** Calls a bean's method with what it asks for. A method that returns nothing commits by returning. */
final class MethodListener implements MessageListener {

    private final InvocableHandlerMethod method;

    MethodListener(InvocableHandlerMethod method) {
        this.method = method;
    }

    @Override
    public Action consume(Message message, ConsumeContext context) {
        Object result;
        try {
            result = method.invoke(new ReceivedMessage(message, context));
        } catch (Exception e) {
            throw new ListenerFailedException(e);
        }
        if (method.isVoid()) {
            return Action.CommitMessage;
        }
        return result instanceof Action action ? action : Action.ReconsumeLater;
    }
}
