package io.ternmq.spring.transaction;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import java.util.List;

/**
 * A checker that finds out what has become of a local transaction by a record that the transaction itself has written. In charge of the
 * topics that no other checker is in charge of.
 */
public interface TransactionRecords extends LocalTransactionChecker {

    /**
     * Writes the record of a message, which has its id, in the transaction that is running on this thread.
     *
     * @throws RuntimeException if it cannot; then the transaction must not commit, and the message is rolled back
     */
    void write(Message message);

    /**
     * Looks, just before the transaction that is running commits, whether the records that it has written are still there. A database may have
     * rolled back on its own what an application goes on with, such as the loser of a deadlock.
     *
     * @throws RuntimeException if one is not, but no {@link org.springframework.transaction.TransactionException}, which Spring takes for the
     *     answer of a commit; then the transaction is rolled back
     */
    default void confirm(List<Message> messages) {}
}
