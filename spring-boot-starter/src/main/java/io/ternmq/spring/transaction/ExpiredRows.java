package io.ternmq.spring.transaction;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * For the starter's own packages; no part of its API. The rows of a table that are older than a retention, by their column {@code CREATED_AT} in milliseconds since the epoch. They are
 * deleted a few at a time, each portion for itself, so that nobody waits long for a lock.
 */
public final class ExpiredRows {

    private static final int PORTION = 500;

    private final DatabaseTransactions transactions;
    private final JdbcTemplate jdbc;
    private final String select;
    private final String delete;
    private final List<String> key;
    private final Duration retention;
    private final InstantSource clock;

    /**
     * Makes it.
     *
     * @param table the table
     * @param key the columns of its primary key
     * @param retention age beyond which a row is deleted
     * @param clock tells the age
     */
    public ExpiredRows(DataSource dataSource, String table, List<String> key, Duration retention, InstantSource clock) {
        this.transactions = new DatabaseTransactions(dataSource);
        this.jdbc = new JdbcTemplate(dataSource);
        this.jdbc.setMaxRows(PORTION);
        this.select = "SELECT " + String.join(", ", key) + " FROM " + table + " WHERE CREATED_AT < ?";
        this.delete = "DELETE FROM " + table + " WHERE "
                + key.stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
        this.key = List.copyOf(key);
        this.retention = retention;
        this.clock = clock;
    }

    /** Deletes them; returns their number. */
    public int delete() {
        long before = clock.millis() - retention.toMillis();
        int deleted = 0;
        while (!Thread.currentThread().isInterrupted()) {
            int portion = transactions.inOwn(() -> deletePortion(before));
            deleted += portion;
            if (portion < PORTION) {
                break;
            }
        }
        return deleted;
    }

    private int deletePortion(long before) {
        List<Map<String, Object>> rows = jdbc.queryForList(select, before);
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    delete,
                    rows.stream()
                            .map(row -> key.stream().map(row::get).toArray())
                            .toList());
        }
        return rows.size();
    }
}
