package io.ternmq.spring.idempotent;

import io.ternmq.client.Message;
import io.ternmq.spring.transaction.Cleaner;
import io.ternmq.spring.transaction.DatabaseTransactions;
import io.ternmq.spring.transaction.ExpiredRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;

/** What the consumer groups of an application have handled, in table {@code TERNMQ_HANDLED}. Safe for use by many threads. */
public final class HandledMessages implements AutoCloseable {

    private static final int LONGEST = 255;

    private final DatabaseTransactions transactions;
    private final JdbcTemplate jdbc;
    private final InstantSource clock;
    private final ExpiredRows expired;
    private @Nullable Cleaner cleaner;

    /**
     * Makes it; its table must be there.
     *
     * @param retention how long a message is remembered; longer than it is delivered again
     * @param clock tells the age of records
     */
    public HandledMessages(DataSource dataSource, Duration retention, InstantSource clock) {
        this.transactions = new DatabaseTransactions(dataSource);
        this.jdbc = new JdbcTemplate(dataSource);
        this.clock = clock;
        this.expired = new ExpiredRows(
                dataSource, "TERNMQ_HANDLED", List.of("CONSUMER_GROUP", "MESSAGE_KEY"), retention, clock);
    }

    /**
     * Records a message in the transaction that is running. Waits if another transaction is just recording it.
     *
     * @return false if it was recorded before; then the transaction has to be rolled back
     * @throws IllegalTransactionStateException if the transaction that is running is not one of this database
     */
    boolean record(String group, Message message, String key) {
        if (!transactions.isRunning()) {
            throw new IllegalTransactionStateException("the transaction of an idempotent listener is not one of the"
                    + " database that records what was handled: group=" + group + ", topic=" + message.getTopic()
                    + "; let the transaction manager be that of the DataSource (or of JPA on top of it)");
        }
        try {
            jdbc.update(
                    "INSERT INTO TERNMQ_HANDLED (CONSUMER_GROUP, MESSAGE_KEY, MESSAGE_ID, CREATED_AT) VALUES (?, ?, ?,"
                            + " ?)",
                    group,
                    column(message, key),
                    message.getMsgID(),
                    clock.millis());
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    /** The id of the message that a record was written for, {@code null} if there is no record any more. */
    @Nullable
    String recordedId(String group, Message message, String key) {
        List<String> ids = jdbc.queryForList(
                "SELECT MESSAGE_ID FROM TERNMQ_HANDLED WHERE CONSUMER_GROUP = ? AND MESSAGE_KEY = ?",
                String.class,
                group,
                column(message, key));
        return ids.isEmpty() ? null : ids.get(0);
    }

    /**
     * Looks, just before the transaction that is running commits, whether the record that it has written is still there.
     *
     * @throws ConcurrencyFailureException if it is not; then the transaction must not commit
     */
    void confirm(String group, Message message, String key) {
        Integer rows = jdbc.queryForObject(
                "SELECT COUNT(*) FROM TERNMQ_HANDLED WHERE CONSUMER_GROUP = ? AND MESSAGE_KEY = ?",
                Integer.class,
                group,
                column(message, key));
        if (rows == null || rows == 0) {
            throw new ConcurrencyFailureException(
                    "the database has rolled back what an idempotent listener had done, and"
                            + " it has gone on: group=" + group + ", topic=" + message.getTopic() + ", messageId="
                            + message.getMsgID()
                            + "; do not catch what a statement throws within the transaction (such as the"
                            + " loss of a deadlock)");
        }
    }

    private static String column(Message message, String key) {
        return fitting(message.getTopic() + ':' + message.getTag() + ':' + key);
    }

    /** Keys that a column cannot hold are hashed: long ones, spaces at the end, which MySQL ignores, and NUL, which PostgreSQL refuses. */
    private static String fitting(String key) {
        if (key.length() <= LONGEST && !key.endsWith(" ") && key.indexOf('\0') < 0) {
            return key;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Deletes the records that are older than the retention; returns their number. */
    public int deleteExpired() {
        return expired.delete();
    }

    /** Deletes them from now on every {@code interval}, until this is closed. */
    public synchronized void deleteExpiredEvery(Duration interval) {
        close();
        cleaner = new Cleaner("handled", interval, this::deleteExpired);
    }

    @Override
    public synchronized void close() {
        if (cleaner != null) {
            cleaner.close();
            cleaner = null;
        }
    }
}
