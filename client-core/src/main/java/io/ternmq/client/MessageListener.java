package io.ternmq.client;

/** The application's code for a message. Called by several threads at once, one message per call. */
@FunctionalInterface
public interface MessageListener {

    /**
     * Handles one message.
     *
     * @return {@link Action#CommitMessage} when done, {@link Action#ReconsumeLater} to get the message again later.
     *     Throwing an exception and returning {@code null} count as {@link Action#ReconsumeLater}
     */
    Action consume(Message message, ConsumeContext context);
}
