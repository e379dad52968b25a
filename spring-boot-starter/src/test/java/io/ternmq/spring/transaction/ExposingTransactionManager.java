package io.ternmq.spring.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Manages transactions on a level of its own, as JPA's managers do, and binds the connection below for whoever uses JDBC beside it. Whether a
 * transaction may still commit is known on that level only, not by the connection's holder.
 */
final class ExposingTransactionManager extends AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient DataSource dataSource;

    ExposingTransactionManager(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    protected Object doGetTransaction() {
        return this;
    }

    @Override
    protected boolean isExistingTransaction(Object transaction) {
        return TransactionSynchronizationManager.hasResource(this);
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        try {
            Connection connection = dataSource.getConnection();
            connection.setAutoCommit(false);
            TransactionSynchronizationManager.bindResource(this, connection);
            TransactionSynchronizationManager.bindResource(dataSource, new ConnectionHolder(connection));
        } catch (SQLException e) {
            throw new TransactionSystemException("begin", e);
        }
    }

    private Connection connection() {
        return (Connection) TransactionSynchronizationManager.getResource(this);
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        try {
            connection().commit();
        } catch (SQLException e) {
            throw new TransactionSystemException("commit", e);
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        try {
            connection().rollback();
        } catch (SQLException e) {
            throw new TransactionSystemException("rollback", e);
        }
    }

    @Override
    protected void doCleanupAfterCompletion(Object transaction) {
        TransactionSynchronizationManager.unbindResource(dataSource);
        try (Connection connection = (Connection) TransactionSynchronizationManager.unbindResource(this)) {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new TransactionSystemException("close", e);
        }
    }
}
