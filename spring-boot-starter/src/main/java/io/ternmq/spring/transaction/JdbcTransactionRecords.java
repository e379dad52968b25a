package io.ternmq.spring.transaction;

import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionException;

/**
 * Answers the broker's questions from the application's own database, table {@code TERNMQ_TRANSACTION}. The local transaction of a message
 * writes a record with the message's id, which is there exactly if the transaction has committed.
 *
 * <p>Where no record is found, the transaction may not have committed <em>yet</em>, in another process. So this checker does not answer before the
 * message has a certain age, and then only after it has put a mark under the same id, in a transaction of its own: the local
 * transaction can no more commit after that, because its record is refused as a duplicate; and as long as its record is written and not
 * committed, the database lets the mark wait.
 *
 * <p>Safe for use by many threads.
 */
public final class JdbcTransactionRecords implements TransactionRecords, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcTransactionRecords.class);

    private static final String COMMITTED = "C";
    private static final String ABANDONED = "A";
    /** The threads that answer checks are few: rather not known than one waits long for somebody's transaction. */
    private static final int CHECK_TIMEOUT_SECONDS = 2;

    private static final int PORTION = 100;

    private final DatabaseTransactions transactions;
    private final JdbcTemplate local;
    private final JdbcTemplate checks;
    private final Duration rollbackAfter;
    private final InstantSource clock;
    private final ExpiredRows expired;
    private @Nullable Cleaner cleaner;

    /**
     * Makes the checker; its table must be there.
     *
     * @param dataSource the database of the local transactions
     * @param rollbackAfter age in which a message without a record is rolled back; longer than the time between sending a message and
     *     writing its record takes, and than the clocks of the application's processes differ
     * @param retention how long records are kept; longer than the broker asks
     * @param clock tells the age of messages and records
     */
    public JdbcTransactionRecords(
            DataSource dataSource, Duration rollbackAfter, Duration retention, InstantSource clock) {
        this.transactions = new DatabaseTransactions(dataSource);
        this.local = new JdbcTemplate(dataSource);
        this.checks = new JdbcTemplate(dataSource);
        this.checks.setQueryTimeout(CHECK_TIMEOUT_SECONDS);
        this.rollbackAfter = rollbackAfter;
        this.clock = clock;
        this.expired = new ExpiredRows(dataSource, "TERNMQ_TRANSACTION", List.of("MESSAGE_ID"), retention, clock);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalTransactionStateException if the transaction that is running is not one of this database
     * @throws ConcurrencyFailureException if the broker was told meanwhile that the transaction is rolled back
     */
    @Override
    public void write(Message message) {
        refuseOutsideOfTransaction(message);
        try {
            int unused = insert(local, message, COMMITTED);
        } catch (DuplicateKeyException e) {
            throw new ConcurrencyFailureException(
                    "the broker was told that the transaction of a message is rolled back, because it had no record"
                            + " after "
                            + rollbackAfter + ": topic=" + message.getTopic() + ", messageId=" + message.getMsgID()
                            + "; try the whole transaction again",
                    e);
        }
    }

    private void refuseOutsideOfTransaction(Message message) {
        if (!transactions.isRunning()) {
            throw new IllegalTransactionStateException(
                    "the transaction that is running is not one of the database that keeps the records of messages:"
                            + " topic=" + message.getTopic()
                            + "; use the transaction manager of that DataSource (or of JPA on top of it), or define a"
                            + " LocalTransactionChecker bean for the topic");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws ConcurrencyFailureException if a record is not there any more
     */
    @Override
    public void confirm(List<Message> messages) {
        for (int from = 0; from < messages.size(); from += PORTION) {
            List<Message> portion = messages.subList(from, Math.min(from + PORTION, messages.size()));
            Set<String> there = new HashSet<>(local.queryForList(
                    "SELECT MESSAGE_ID FROM TERNMQ_TRANSACTION WHERE MESSAGE_ID IN ("
                            + String.join(", ", Collections.nCopies(portion.size(), "?")) + ")",
                    String.class,
                    portion.stream().map(Message::getMsgID).toArray()));
            for (Message message : portion) {
                if (!there.contains(message.getMsgID())) {
                    throw new ConcurrencyFailureException("the database has rolled back what the transaction had done"
                            + " when it published a message, and the application has gone on: topic="
                            + message.getTopic() + ", messageId=" + message.getMsgID()
                            + "; do not catch what a statement throws within the transaction (such as the loss of a"
                            + " deadlock), but try the whole transaction again");
                }
            }
        }
    }

    @Override
    public TransactionStatus check(Message message) {
        String id = message.getMsgID();
        TransactionStatus recorded = find(id);
        if (recorded != null) {
            return recorded;
        }
        if (clock.millis() - message.getBornTimestamp() < rollbackAfter.toMillis()) {
            return TransactionStatus.Unknow;
        }
        try {
            transactions.inOwn(() -> insert(checks, message, ABANDONED));
            return TransactionStatus.RollbackTransaction;
        } catch (DuplicateKeyException e) {
            TransactionStatus meanwhile = find(id);
            return meanwhile == null ? TransactionStatus.Unknow : meanwhile;
        } catch (DataAccessException | TransactionException e) {
            LOG.debug(
                    "A local transaction is still running, or the database does not answer: topic={}, messageId={}",
                    message.getTopic(),
                    id,
                    e);
            return TransactionStatus.Unknow;
        }
    }

    private @Nullable TransactionStatus find(@Nullable String id) {
        List<String> outcomes = transactions.inOwn(() ->
                checks.queryForList("SELECT OUTCOME FROM TERNMQ_TRANSACTION WHERE MESSAGE_ID = ?", String.class, id));
        if (outcomes.isEmpty()) {
            return null;
        }
        return outcomes.get(0).equals(COMMITTED)
                ? TransactionStatus.CommitTransaction
                : TransactionStatus.RollbackTransaction;
    }

    private int insert(JdbcTemplate template, Message message, String outcome) {
        return template.update(
                "INSERT INTO TERNMQ_TRANSACTION (MESSAGE_ID, TOPIC, OUTCOME, CREATED_AT) VALUES (?, ?, ?, ?)",
                message.getMsgID(),
                message.getTopic(),
                outcome,
                clock.millis());
    }

    /** Deletes the records that are older than the retention; returns their number. */
    public int deleteExpired() {
        return expired.delete();
    }

    /** Deletes them from now on every {@code interval}, until this is closed. */
    public synchronized void deleteExpiredEvery(Duration interval) {
        close();
        cleaner = new Cleaner("transactions", interval, this::deleteExpired);
    }

    @Override
    public synchronized void close() {
        if (cleaner != null) {
            cleaner.close();
            cleaner = null;
        }
    }
}
