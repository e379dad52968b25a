package io.ternmq.spring.core;

import io.ternmq.client.BatchConsumer;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.OrderConsumer;

/** Makes consumers that are not started yet; {@code MQFactory::createConsumer} by default. */
@FunctionalInterface
public interface ConsumerFactory {

    /** Makes a consumer. */
    Consumer create(ConsumerConfig config);

    /** Makes a consumer that receives in order. */
    default OrderConsumer createOrdered(ConsumerConfig config) {
        return MQFactory.createOrderedConsumer(config);
    }

    /** Makes a consumer that receives in batches. */
    default BatchConsumer createBatch(ConsumerConfig config) {
        return MQFactory.createBatchConsumer(config);
    }
}
