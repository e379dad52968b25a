package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.range;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What makes the application's health, {@code ternmq.health.*}.
 *
 * @param backlogThreshold So many messages that a listener has yet to consume make the application unhealthy; 0 for no limit.
 */
public record HealthProperties(@DefaultValue("0") long backlogThreshold) {

    public HealthProperties {
        range("ternmq.health.backlog-threshold", backlogThreshold, 0, Long.MAX_VALUE);
    }
}
