package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a message that a listener has failed on: whether it comes again, and when, or becomes a dead letter at once, or is done. A single
 * bean of this type decides for all listeners; {@code @MessageListener(errorHandler = "bean")} names another for one. Called by the thread that consumes, by
 * several at once; of a batch for each message that has failed.
 */
@FunctionalInterface
public interface ListenerErrorHandler {

    /**
     * Decides about one message.
     *
     * @return what becomes of it; {@code null} to leave it to the exception ({@link ListenerFailure#wanted}), the listener's {@code @Retry} rules and the defaults: what can never succeed, such as a payload
     *     that cannot be read, becomes a dead letter, everything else comes again. A message that has come as often as the listener allows becomes a dead
     *     letter, even if this asks for it again
     */
    @Nullable
    ConsumeOutcome handle(ListenerFailure failure);
}
