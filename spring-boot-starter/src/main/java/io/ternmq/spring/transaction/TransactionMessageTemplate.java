package io.ternmq.spring.transaction;

import io.ternmq.client.SendResult;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionCallback;

/**
 * Sends messages that are delivered if, and only if, a local transaction commits. Safe for use by many threads.
 *
 * <p>A message is stored first where nobody sees it. When Spring's transaction manager has completed the local transaction, the broker is
 * told the outcome. If it does not hear, because the process has died or the word was lost, it asks the application later, and the
 * answer comes from the checker in charge (see {@link TransactionChecker}); where the application has none of its own, from a
 * record that was written in the same local transaction, so that nothing has to be programmed.
 *
 * <p>Destinations and payloads are those of {@link io.ternmq.spring.core.MessageTemplate}. Delayed messages are refused. All
 * methods throw {@link io.ternmq.client.MQClientException} when the message was not stored; what is still running of the local
 * transaction can then be rolled back as usual.
 */
public interface TransactionMessageTemplate {

    /**
     * Sends a message for the local transaction that is running, such as that of a {@code @Transactional} method.
     *
     * @throws org.springframework.transaction.IllegalTransactionStateException if none is running that can write
     */
    SendResult publish(String destination, Object payload);

    /** Sends a message with headers for the local transaction that is running, as {@link #publish(String, Object)}. */
    SendResult publish(String destination, Object payload, Map<String, ?> headers);

    /** Sends a message to the destination in its headers for the local transaction that is running, as {@link #publish(String, Object)}. */
    SendResult publish(Message<?> message);

    /**
     * Sends a message and runs its local transaction: a new one, or, if one is running already, that one, whose end then
     * decides.
     *
     * @param callback what belongs into the transaction; rolls back by throwing an exception, or by {@code status.setRollbackOnly()}
     * @return what the callback returned
     */
    <T> @Nullable T sendInTransaction(String destination, Object payload, TransactionCallback<T> callback);

    /** Sends a message to the destination in its headers and runs its local transaction, as {@link #sendInTransaction(String, Object, TransactionCallback)}. */
    <T> @Nullable T sendInTransaction(Message<?> message, TransactionCallback<T> callback);
}
