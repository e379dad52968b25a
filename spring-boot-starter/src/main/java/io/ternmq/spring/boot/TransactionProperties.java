package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.check;
import static io.ternmq.spring.boot.InvalidTernMQPropertyException.positive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Transactional messages, {@code ternmq.transaction.*}.
 *
 * @param group Group of the producer of transactional messages; by default the application's name followed by "-transaction". The same in
 *     all instances of the application, and after a restart.
 * @param checkImmunity How long the broker waits before it first asks about a transaction it has not heard of; by default the broker
 *     decides.
 * @param rollbackAfter Age in which a message whose transaction has left no record is rolled back.
 * @param jdbc Table of transaction records.
 */
public record TransactionProperties(
        @DefaultValue("") String group,
        @Nullable Duration checkImmunity,
        @DefaultValue("30s") Duration rollbackAfter,
        @DefaultValue @NestedConfigurationProperty JdbcTableProperties jdbc) {

    public TransactionProperties {
        check(
                checkImmunity == null || (checkImmunity.toSeconds() >= 1 && checkImmunity.toDays() <= 7),
                "ternmq.transaction.check-immunity",
                String.valueOf(checkImmunity),
                "1s to 7d");
        positive("ternmq.transaction.rollback-after", rollbackAfter);
        jdbc.check("ternmq.transaction.jdbc");
    }
}
