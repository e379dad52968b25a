package io.ternmq.spring.boot;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is told about sends and calls of listeners, {@code ternmq.observation.*}.
 *
 * @param enabled Whether sends and calls of listeners are observed, for timers and traces, where the application has an
 *     ObservationRegistry.
 * @param loggingContext Whether listener, topic, message id and key are in the MDC while a listener is called.
 */
public record ObservationProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean loggingContext) {}
