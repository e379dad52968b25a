package io.ternmq.spring.transaction;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The last word before a commit. Synchronizations have theirs before, in phase {@code BEFORE_COMMIT}, in which others may still publish; and
 * one that is registered in that phase has none.
 */
final class BeforeCommitListener implements TransactionExecutionListener {

    private BeforeCommitListener() {}

    /** Lets a manager's transactions be looked at, if it takes listeners; once, however many templates it has. */
    static void addTo(PlatformTransactionManager manager) {
        if (!(manager instanceof ConfigurableTransactionManager configurable)) {
            return;
        }
        synchronized (configurable) {
            Collection<TransactionExecutionListener> known = configurable.getTransactionExecutionListeners();
            if (known.stream().noneMatch(BeforeCommitListener.class::isInstance)) {
                // Another collection, for transactions may be running that go through the one there is.
                List<TransactionExecutionListener> all = new CopyOnWriteArrayList<>(known);
                all.add(new BeforeCommitListener());
                configurable.setTransactionExecutionListeners(all);
            }
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        // Not when a savepoint is given back.
        if (transaction.isNewTransaction() && TransactionSynchronizationManager.isSynchronizationActive()) {
            // First: what is published by what is written now could be the first message of its template, which nobody
            // would look at.
            TransactionSynchronizationManager.registerSynchronization(new Begun());
            HalfMessages.beforeCommit(transaction);
        }
    }

    /** Whether the commit of the transaction that is running has begun, as far as is known, so that nothing can belong to it any more. */
    static boolean hasCommitBegun() {
        return TransactionSynchronizationManager.getSynchronizations().stream().anyMatch(Begun.class::isInstance);
    }

    /** A mark that is suspended and forgotten with its transaction. */
    private static final class Begun implements TransactionSynchronization {}
}
