package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;

/**
 * A bean that changes how clusters are reached, after the properties were applied; several run in their order. One that is
 * qualified by the name of a cluster ({@code @Qualifier("eu")}) is asked for that cluster only; the same holds for {@link
 * ProducerConfigCustomizer} and {@link ConsumerConfigCustomizer}.
 */
@FunctionalInterface
public interface ClientConfigCustomizer {

    /**
     * Changes the configuration.
     *
     * @param cluster a name of {@code ternmq.clusters.*}, or {@code default}
     */
    void customize(String cluster, ClientConfig.Builder builder);
}
