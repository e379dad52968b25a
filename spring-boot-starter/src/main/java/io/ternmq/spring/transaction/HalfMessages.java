package io.ternmq.spring.transaction;

import io.ternmq.client.TransactionProducer.Pending;
import io.ternmq.client.TransactionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The half messages of one transaction and one template. Spring suspends it with its transaction and tells it of savepoints and of the
 * end. What was sent since a savepoint that is rolled back to will not be delivered even if the transaction commits.
 */
final class HalfMessages implements TransactionSynchronization {

    private static final Logger LOG = LoggerFactory.getLogger(HalfMessages.class);

    private final TransactionCheckers checkers;
    private final List<Pending> messages = new ArrayList<>();
    private final List<Pending> undone = new ArrayList<>();
    private final Map<Object, Integer> savepoints = new HashMap<>();

    private HalfMessages(TransactionCheckers checkers) {
        this.checkers = checkers;
    }

    /** Those of the transaction that is running. */
    static HalfMessages current(TransactionCheckers checkers) {
        for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
            if (other instanceof HalfMessages half && half.checkers == checkers) {
                return half;
            }
        }
        HalfMessages fresh = new HalfMessages(checkers);
        TransactionSynchronizationManager.registerSynchronization(fresh);
        return fresh;
    }

    void add(Pending message) {
        messages.add(message);
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.put(savepoint, messages.size());
    }

    /** A savepoint that is not known is older than the first message. */
    @Override
    public void savepointRollback(Object savepoint) {
        List<Pending> since = messages.subList(savepoints.getOrDefault(savepoint, 0), messages.size());
        undone.addAll(since);
        since.clear();
    }

    /** Also called when the commit has failed and nobody knows whether it reached the database: the check will find out. */
    @Override
    public void afterCompletion(int status) {
        undone.forEach(message -> end(message, TransactionStatus.RollbackTransaction));
        TransactionStatus outcome = switch (status) {
            case STATUS_COMMITTED -> TransactionStatus.CommitTransaction;
            case STATUS_ROLLED_BACK -> TransactionStatus.RollbackTransaction;
            default -> TransactionStatus.Unknow;
        };
        messages.forEach(message -> end(message, outcome));
    }

    private void end(Pending message, TransactionStatus outcome) {
        String id = message.sendResult().getMessageId();
        try {
            message.end(outcome);
        } catch (RuntimeException e) {
            LOG.warn("The outcome of a local transaction waits for a check: messageId={}, outcome={}", id, outcome, e);
        } finally {
            checkers.ended(id);
        }
    }
}
