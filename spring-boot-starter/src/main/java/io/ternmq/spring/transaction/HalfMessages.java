package io.ternmq.spring.transaction;

import io.ternmq.client.Message;
import io.ternmq.client.TransactionProducer.Pending;
import io.ternmq.client.TransactionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The half messages of one transaction and one template. Spring suspends it with its transaction and tells it of savepoints and of the
 * end. What was sent since a savepoint that is rolled back to will not be delivered even if the transaction commits.
 */
final class HalfMessages implements TransactionSynchronization {

    private static final Logger LOG = LoggerFactory.getLogger(HalfMessages.class);

    /** How much there was when a savepoint was made. */
    private record Mark(int messages, int failures) {

        static final Mark START = new Mark(0, 0);
    }

    private final TransactionCheckers checkers;
    private final List<Pending> messages = new ArrayList<>();
    private final List<Pending> undone = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Map<Object, Mark> savepoints = new HashMap<>();
    /** Whether nothing was published or has failed since it was last looked whether the transaction may commit. */
    private boolean checked;

    private boolean committing;
    private boolean ending;

    private HalfMessages(TransactionCheckers checkers) {
        this.checkers = checkers;
    }

    /** Those of the transaction that is running. */
    static HalfMessages current(TransactionCheckers checkers) {
        HalfMessages known = known(checkers);
        if (known != null) {
            return known;
        }
        HalfMessages fresh = new HalfMessages(checkers);
        TransactionSynchronizationManager.registerSynchronization(fresh);
        return fresh;
    }

    /** Whether the transaction that is running is known to be at its end, so that nothing can belong to it any more. */
    static boolean areEnding(TransactionCheckers checkers) {
        HalfMessages known = known(checkers);
        return BeforeCommitListener.hasCommitBegun() || (known != null && known.ending);
    }

    /**
     * The last look at the transaction that is running, also where something was published after {@link #beforeCommit(boolean)}. What its
     * manager would write with the commit, as JPA's do with changed entities, is written first: if that fails nobody has tried to commit, so
     * that the broker can be told at once. The same goes for a transaction that is to be rolled back, which these managers find out late, too.
     */
    static void beforeCommit(TransactionExecution transaction) {
        List<HalfMessages> all = TransactionSynchronizationManager.getSynchronizations().stream()
                .filter(HalfMessages.class::isInstance)
                .map(HalfMessages.class::cast)
                .toList();
        if (all.isEmpty()) {
            return;
        }
        all.forEach(half -> half.committing = false);
        if (transaction.isRollbackOnly()) {
            return;
        }
        if (transaction instanceof org.springframework.transaction.TransactionStatus status) {
            try {
                status.flush();
            } catch (TransactionException e) {
                // Such as a message of an entity's callback that is refused; see check() why it must be another
                // exception.
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
        for (HalfMessages half : all) {
            if (!half.checked) {
                half.check();
            }
            half.committing = true;
        }
    }

    private static @Nullable HalfMessages known(TransactionCheckers checkers) {
        for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
            if (other instanceof HalfMessages half && half.checkers == checkers) {
                return half;
            }
        }
        return null;
    }

    void add(Pending message) {
        messages.add(message);
        checked = false;
    }

    /** The transaction must not commit any more, for what was sent could not be bound to it; whoever has caught that is not believed. */
    void failed(Throwable reason) {
        failures.add(reason);
        checked = false;
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.put(savepoint, new Mark(messages.size(), failures.size()));
    }

    /** A savepoint that is not known is older than the first message. */
    @Override
    public void savepointRollback(Object savepoint) {
        Mark mark = savepoints.getOrDefault(savepoint, Mark.START);
        List<Pending> since = messages.subList(mark.messages(), messages.size());
        undone.addAll(since);
        since.clear();
        failures.subList(mark.failures(), failures.size()).clear();
    }

    /** Not called when the first message is published in this very phase: what a {@link BeforeCommitListener} is for. */
    @Override
    public void beforeCommit(boolean readOnly) {
        check();
    }

    /**
     * Keeps a transaction from committing that its messages would not be delivered by. What is thrown here must be no {@code
     * TransactionException}: of such Spring believes that it comes from the commit, and does not roll back.
     */
    private void check() {
        committing = false;
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    "a message could not be bound to the transaction, and the application has gone on: reason="
                            + failures.get(0).getMessage() + "; do not catch it within the transaction",
                    failures.get(0));
        }
        Map<TransactionRecords, List<Message>> recorded = new LinkedHashMap<>();
        for (Pending half : messages) {
            TransactionRecords records = checkers.recordsFor(half.message().getTopic());
            if (records != null) {
                recorded.computeIfAbsent(records, key -> new ArrayList<>()).add(half.message());
            }
        }
        recorded.forEach(TransactionRecords::confirm);
        committing = true;
        checked = true;
    }

    @Override
    public void beforeCompletion() {
        ending = true;
    }

    /**
     * Also called when the commit has failed and nobody knows whether it reached the database: the check will find out. A rollback after a
     * failed commit proves nothing: on a connection that was established anew it succeeds, whatever has become of the transaction.
     */
    @Override
    public void afterCompletion(int status) {
        undone.forEach(message -> end(message, TransactionStatus.RollbackTransaction));
        TransactionStatus outcome = switch (status) {
            case STATUS_COMMITTED -> TransactionStatus.CommitTransaction;
            case STATUS_ROLLED_BACK -> committing ? TransactionStatus.Unknow : TransactionStatus.RollbackTransaction;
            default -> TransactionStatus.Unknow;
        };
        if (!ending && !messages.isEmpty()) {
            LOG.warn(
                    "Messages were published when their transaction had already ended, which a crash would have lost;"
                            + " use a MessageTemplate there: messageId={}, messages={}",
                    messages.get(0).sendResult().getMessageId(),
                    messages.size());
        }
        messages.forEach(message -> end(message, outcome));
    }

    private void end(Pending message, TransactionStatus outcome) {
        try {
            checkers.end(message, outcome);
        } catch (RuntimeException e) {
            LOG.warn(
                    "The outcome of a local transaction waits for a check: messageId={}, outcome={}",
                    message.sendResult().getMessageId(),
                    outcome,
                    e);
        }
    }
}
