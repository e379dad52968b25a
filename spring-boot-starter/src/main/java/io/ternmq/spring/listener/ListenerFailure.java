package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message that a listener has failed on.
 *
 * @param listenerId who the listener is, in logs and the registry
 * @param group the group that consumes
 * @param message the message; {@link Message#getReconsumeTimes()} tells how often it has failed before
 * @param fatal whether the method cannot be called with this message, now or later: it cannot be read, is not valid, or has no value for a parameter
 * @param cause what the listener threw, or what kept it from being called, without the exceptions that frameworks put around it
 */
public record ListenerFailure(String listenerId, String group, Message message, Throwable cause, boolean fatal) {

    /** What the exception itself asks for, a {@link DeadLetterException} or a {@link RetryAfterException}, also as a cause; {@code null} if it leaves that open. */
    public @Nullable ConsumeOutcome wanted() {
        return DecidingException.wantedBy(cause);
    }
}
