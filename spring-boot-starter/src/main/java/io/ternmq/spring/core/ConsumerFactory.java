package io.ternmq.spring.core;

import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;

/** Makes consumers that are not started yet; {@code MQFactory::createConsumer} by default. */
@FunctionalInterface
public interface ConsumerFactory {

    /** Makes a consumer. */
    Consumer create(ConsumerConfig config);
}
