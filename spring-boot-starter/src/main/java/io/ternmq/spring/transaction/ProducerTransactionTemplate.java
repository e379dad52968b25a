package io.ternmq.spring.transaction;

import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionProducer.Pending;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.MessageMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** {@link TransactionMessageTemplate} on a producer of its own: half message, record, and the end when the transaction ends. */
final class ProducerTransactionTemplate implements TransactionMessageTemplate, AutoCloseable {

    private final TransactionProducer producer;
    private final MessageMapper mapper;
    private final SendInterceptor interceptor;
    private final TransactionCheckers checkers;
    private final TransactionTemplate transactions;

    ProducerTransactionTemplate(
            TransactionProducer producer,
            MessageMapper mapper,
            SendInterceptor interceptor,
            TransactionCheckers checkers,
            PlatformTransactionManager transactionManager) {
        this.producer = producer;
        this.mapper = mapper;
        this.interceptor = interceptor;
        this.checkers = checkers;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    @Override
    public SendResult publish(String destination, Object payload) {
        return publish(destination, payload, Map.of());
    }

    @Override
    public SendResult publish(String destination, Object payload, Map<String, ?> headers) {
        return publish(mapper.toMessage(Destination.parse(destination), payload, headers));
    }

    @Override
    public SendResult publish(org.springframework.messaging.Message<?> message) {
        return publish(message(message));
    }

    @Override
    public <T> @Nullable T sendInTransaction(String destination, Object payload, TransactionCallback<T> callback) {
        return sendInTransaction(mapper.toMessage(Destination.parse(destination), payload, Map.of()), callback);
    }

    @Override
    public <T> @Nullable T sendInTransaction(
            org.springframework.messaging.Message<?> message, TransactionCallback<T> callback) {
        return sendInTransaction(message(message), callback);
    }

    private Message message(org.springframework.messaging.Message<?> message) {
        return mapper.toMessage(null, message.getPayload(), message.getHeaders());
    }

    private SendResult publish(Message message) {
        refuseWithoutTransaction(message);
        Pending half = begin(message);
        enlist(half);
        return half.sendResult();
    }

    private <T> @Nullable T sendInTransaction(Message message, TransactionCallback<T> callback) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            refuseAtTheEnd(message);
            // The one that is running, if the manager of this template has begun it; else a new one, for its message
            // would not end with the other.
            return transactions.execute(status -> {
                publish(message);
                return callback.doInTransaction(status);
            });
        }
        // The message first: a broker that is away or slow then costs no connection of the database.
        Pending half = begin(message);
        try {
            return transactions.execute(status -> {
                enlist(half);
                return callback.doInTransaction(status);
            });
        } catch (RuntimeException | Error e) {
            // Of a transaction that could not begin. One that could has told its end by now, and the first word
            // is the one that counts.
            rollBack(half, e);
            throw e;
        }
    }

    private void refuseWithoutTransaction(Message message) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalTransactionStateException(
                    "no transaction is running that the message could belong to: topic="
                            + message.getTopic()
                            + "; call this in a @Transactional method, on its thread, use sendInTransaction, or, if the"
                            + " message belongs to none, a MessageTemplate");
        }
        refuseAtTheEnd(message);
        if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
            throw new IllegalTransactionStateException("the transaction that is running only reads, so there is nothing"
                    + " that the message could tell of: topic=" + message.getTopic()
                    + "; remove readOnly = true, or use a MessageTemplate");
        }
    }

    /** Until its resources are given back, a transaction looks as if it were still running. */
    private void refuseAtTheEnd(Message message) {
        if (!TransactionSynchronizationManager.isSynchronizationActive() || HalfMessages.areEnding(checkers)) {
            throw new IllegalTransactionStateException(
                    "the transaction is being committed or has ended, so that the message cannot belong to it any"
                            + " more: topic="
                            + message.getTopic()
                            + "; call this before (such as in phase BEFORE_COMMIT, or, if an entity's callback does, by"
                            + " a flush), or use a MessageTemplate");
        }
    }

    /** Stores the half message, if there is somebody who can answer for it. */
    private Pending begin(Message message) {
        checkers.checker(message.getTopic());
        SendInterceptor.Completion completion = interceptor.before(message);
        Pending half;
        try {
            half = producer.begin(message);
        } catch (RuntimeException | Error e) {
            completion.done(null, e);
            throw e;
        }
        completion.done(half.sendResult(), null);
        checkers.begun(half);
        return half;
    }

    /** Binds a half message to the transaction that is running; what cannot be bound is rolled back. */
    private void enlist(Pending half) {
        HalfMessages bound;
        try {
            bound = HalfMessages.current(checkers);
        } catch (RuntimeException | Error e) {
            rollBack(half, e);
            throw e;
        }
        try {
            TransactionRecords records = checkers.recordsFor(half.message().getTopic());
            if (records != null) {
                records.write(half.message());
            }
            bound.add(half);
        } catch (RuntimeException | Error e) {
            bound.failed(e);
            rollBack(half, e);
            throw e;
        }
    }

    private void rollBack(Pending half, Throwable reason) {
        try {
            checkers.end(half, TransactionStatus.RollbackTransaction);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        producer.shutdown();
    }

    @Override
    public String toString() {
        return "TransactionMessageTemplate[" + producer + "]";
    }
}
