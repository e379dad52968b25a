package io.ternmq.client;

import org.jspecify.annotations.Nullable;

/** Runs the local transaction that belongs to a transactional message. */
@FunctionalInterface
public interface LocalTransactionExecuter {

    /**
     * Runs the local transaction. Called on the thread that sends, after the broker has stored the message and before anybody can
     * see it. An exception counts as {@link TransactionStatus#Unknow}, for the transaction may have been committed before it.
     *
     * @param message the message, with its id ({@link Message#getMsgID()}), by which a check will find the transaction again
     * @param arg what was given to the send
     */
    TransactionStatus execute(Message message, @Nullable Object arg);
}
