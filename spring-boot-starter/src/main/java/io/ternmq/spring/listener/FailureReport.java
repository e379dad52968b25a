package io.ternmq.spring.listener;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a listener throws into {@link Action#ReconsumeLater}, and says so in one place. An {@link Error} is
 * reported the same way: the consumer's thread has other messages to handle.
 */
final class FailureReport implements MessageListener {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainer.class);

    private final String listenerId;
    private final MessageListener next;

    FailureReport(String listenerId, MessageListener next) {
        this.listenerId = listenerId;
        this.next = next;
    }

    @Override
    public Action consume(Message message, ConsumeContext context) {
        try {
            return next.consume(message, context);
        } catch (ListenerFailedException e) {
            report(message, context, e.getCause() == null ? e : e.getCause());
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            report(message, context, e);
        }
        return Action.ReconsumeLater;
    }

    private void report(Message message, ConsumeContext context, Throwable failure) {
        LOG.warn(
                "Listener failed, the message comes back later: listener={}, group={}, topic={}, tag={}, messageId={},"
                        + " key={}, reconsumeTimes={}",
                listenerId,
                context.getGroupId(),
                message.getTopic(),
                message.getTag(),
                message.getMsgID(),
                message.getKey(),
                message.getReconsumeTimes(),
                failure);
    }
}
