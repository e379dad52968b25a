package io.ternmq.spring.transaction;

import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * For the starter's own packages; no part of its API. The transactions of one database: whether one of the application's is running, and
 * short ones of our own. Safe for use by many threads.
 */
public final class DatabaseTransactions {

    private final DataSource dataSource;
    private final Manager manager;
    private final TransactionTemplate own;

    /** Makes it. */
    public DatabaseTransactions(DataSource dataSource) {
        this.manager = new Manager(dataSource);
        // Below a proxy that itself looks for transactions.
        this.dataSource = Objects.requireNonNull(manager.getDataSource());
        this.own = new TransactionTemplate(manager);
        this.own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        // Where more is the default, as in MySQL, deleting what is gone already would lock the gap.
        this.own.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    }

    /**
     * Whether this thread runs a transaction whose end is that of what is written to the database now. A connection that does not commit
     * by itself proves nothing: pools can hand out such, and what is written to one in a transaction of another database is lost. So whoever
     * manages the transaction must have bound the connection: the manager of this DataSource, or that of JPA on top of it. Transactions
     * of JTA do not, and cannot be told from none.
     */
    public boolean isRunning() {
        return TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder
                && (manager.hasBegun() || isExposed(holder))
                && !commitsByItself(holder);
    }

    /** JPA's managers leave the mark out that a connection has which was taken in the course of a transaction that is not its own. */
    private static boolean isExposed(ConnectionHolder holder) {
        return !holder.isSynchronizedWithTransaction();
    }

    private static boolean commitsByItself(ConnectionHolder holder) {
        try {
            return holder.getConnection().getAutoCommit();
        } catch (SQLException e) {
            // A broken connection: the next statement says so, with what is wrong.
            return false;
        }
    }

    /** Does something in a transaction for itself, whether or not one is running, and whether or not connections commit by themselves. */
    public <T> T inOwn(Supplier<T> work) {
        boolean onTopOfJpa =
                TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder
                        && !manager.hasBegun()
                        && isExposed(holder);
        if (!onTopOfJpa) {
            return execute(work);
        }
        // Our manager would not suspend what JPA's has begun, but take its connection.
        Object exposed = TransactionSynchronizationManager.unbindResource(dataSource);
        try {
            return execute(work);
        } finally {
            TransactionSynchronizationManager.bindResource(dataSource, exposed);
        }
    }

    private <T> T execute(Supplier<T> work) {
        return Objects.requireNonNull(own.execute(status -> work.get()));
    }

    /** Knows whether a manager of the same DataSource has begun a transaction. */
    private static final class Manager extends DataSourceTransactionManager {

        private static final long serialVersionUID = 1L;

        Manager(DataSource dataSource) {
            super(dataSource);
        }

        boolean hasBegun() {
            return isExistingTransaction(doGetTransaction());
        }
    }
}
