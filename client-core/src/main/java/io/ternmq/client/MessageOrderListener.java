package io.ternmq.client;

/** The application's code for a message that is received in order. Called by one thread at a time for each queue. */
@FunctionalInterface
public interface MessageOrderListener {

    /**
     * Handles one message. No message of the same queue is handled before this one is done.
     *
     * @return {@link OrderAction#Success} when done, {@link OrderAction#Suspend} to get the same message again after the
     *     suspend time. Throwing an exception and returning {@code null} count as {@link OrderAction#Suspend}
     */
    OrderAction consume(Message message, ConsumeOrderContext context);
}
