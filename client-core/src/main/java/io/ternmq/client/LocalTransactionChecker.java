package io.ternmq.client;

/** Tells what has become of a local transaction, when the broker asks because it has not heard. */
@FunctionalInterface
public interface LocalTransactionChecker {

    /**
     * Looks up the local transaction of a message. Called on threads of the producer's own, several at a time, in any producer of the
     * group, whichever instance has sent the message. An exception counts as {@link TransactionStatus#Unknow}: the broker asks
     * again later.
     *
     * @param message the message as it was sent, with its id
     */
    TransactionStatus check(Message message);
}
