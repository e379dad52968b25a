package io.ternmq.spring.boot;

import io.ternmq.client.ProducerConfig;

/** A bean that changes the application's producer after the properties were applied; several run in their order. */
@FunctionalInterface
public interface ProducerConfigCustomizer {

    /** Changes the configuration. */
    void customize(ProducerConfig.Builder builder);
}
