package io.ternmq.spring.boot;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Listeners with {@code @Idempotent}, {@code ternmq.idempotent.*}.
 *
 * @param jdbc Table of handled messages.
 */
public record IdempotentProperties(
        @DefaultValue @NestedConfigurationProperty JdbcTableProperties jdbc) {

    public IdempotentProperties {
        jdbc.check("ternmq.idempotent.jdbc");
    }
}
