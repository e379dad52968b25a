package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one place what a listener has failed on, and what becomes of the message. */
final class FailureReport {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainer.class);

    private FailureReport() {}

    static void log(ListenerFailure failure, ConsumeOutcome outcome) {
        log(failure, text(outcome));
    }

    /** Whoever has asked knows, and decides. */
    static void logAnswered(ListenerFailure failure) {
        log(failure, "is answered with the exception");
    }

    private static void log(ListenerFailure failure, String whatBecomes) {
        Message message = failure.message();
        LOG.warn(
                "Listener failed, the message {}: listener={}, group={}, topic={}, tag={}, messageId={}, key={},"
                        + " reconsumeTimes={}",
                whatBecomes,
                failure.listenerId(),
                failure.group(),
                message.getTopic(),
                message.getTag(),
                message.getMsgID(),
                message.getKey(),
                message.getReconsumeTimes(),
                failure.cause());
    }

    private static String text(ConsumeOutcome outcome) {
        if (outcome instanceof ConsumeOutcome.Retry retry) {
            return retry.delay() == null ? "comes back later" : "comes back after " + retry.delay();
        }
        return outcome instanceof ConsumeOutcome.DeadLetter ? "becomes a dead letter" : "is done all the same";
    }
}
