package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.positive;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A table of TernMQ in the application's database.
 *
 * @param initializeSchema When the table is created at start - embedded (in an embedded database), always, or never.
 * @param schema Script that creates the table; by default the one for the platform of the database.
 * @param retention How long rows are kept.
 * @param cleanupInterval Pause between two deletions of rows that are older.
 */
public record JdbcTableProperties(
        @DefaultValue("embedded") Initialization initializeSchema,
        @DefaultValue("") String schema,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("1h") Duration cleanupInterval) {

    /** Checks the values; only whoever has the table knows the name of a key. */
    void check(String prefix) {
        positive(prefix + ".retention", retention);
        positive(prefix + ".cleanup-interval", cleanupInterval);
    }

    /** When a table is created. */
    public enum Initialization {
        /** At every start, where it is missing. */
        ALWAYS,
        /** If the database is an embedded one. */
        EMBEDDED,
        /** By the application, such as with Flyway. */
        NEVER
    }
}
