package io.ternmq.client;

import org.jspecify.annotations.Nullable;

/**
 * Sends messages that are delivered if, and only if, a local transaction commits. Safe for use by many threads.
 *
 * <p>A send stores the message where no consumer sees it, runs the local transaction, and tells the broker how that has ended. If
 * the broker does not hear, because the outcome is {@link TransactionStatus#Unknow}, the process has died, or the word
 * was lost, it asks the {@link LocalTransactionChecker} of any producer of the group: first six seconds after the message was
 * stored, or after the number of seconds that the message or the producer gives as {@link
 * PropertyKeyConst#CheckImmunityTimeInSeconds}, and then again and again.
 *
 * <p>A group's producers must all be able to check the transactions of all of them, so a group belongs to one application.
 */
public interface TransactionProducer extends Admin {

    /**
     * Sends a message and runs its local transaction on this thread.
     *
     * <p>A send that fails after the broker has stored the message may have left it there; the broker then asks the checker, which
     * finds no transaction and rolls it back.
     *
     * @param executer runs the local transaction; its exceptions are logged and count as {@link TransactionStatus#Unknow}
     * @param arg handed to the executer
     * @return where the message was stored and what the executer said, also if it said to roll back
     * @throws MQClientException if the message is illegal (code 13) or could not be stored; then the executer has not run
     */
    TransactionSendResult send(Message message, LocalTransactionExecuter executer, @Nullable Object arg);

    /**
     * Sends a message whose local transaction somebody else runs, such as a transaction manager: the message is stored where nobody
     * sees it until {@link Pending#end} is called, on any thread. Until then, and for ever if it is not called, the broker asks the
     * checker.
     *
     * <p>{@link #shutdown()} waits as long as a send may take for those that have begun and not ended.
     *
     * @throws MQClientException if the message is illegal (code 13) or could not be stored; then there is nothing to end. As with
     *     {@link #send}, the broker may still have it and ask about it.
     */
    Pending begin(Message message);

    /** A message that waits for the outcome of its local transaction. Safe for use by many threads. */
    interface Pending {

        /** The message, with its id. */
        Message message();

        /** Where the message waits. Its offset is the one among those that wait. */
        SendResult sendResult();

        /**
         * Tells the broker how the local transaction has ended, without waiting: a word that is lost is made up for by a check. Only the
         * first call counts.
         */
        TransactionSendResult end(TransactionStatus status);
    }
}
