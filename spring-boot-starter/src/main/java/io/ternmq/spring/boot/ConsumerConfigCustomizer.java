package io.ternmq.spring.boot;

import io.ternmq.client.ConsumerConfig;

/**
 * A bean that changes the consumers of {@code @MessageListener} methods after the properties and before the annotation
 * were applied; several run in their order.
 */
@FunctionalInterface
public interface ConsumerConfigCustomizer {

    /** Changes the configuration of the given group. */
    void customize(String group, ConsumerConfig.Builder builder);
}
