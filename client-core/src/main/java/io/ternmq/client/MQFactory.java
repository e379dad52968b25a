package io.ternmq.client;

import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.receive.DefaultBatchConsumer;
import io.ternmq.client.internal.receive.DefaultConsumer;
import io.ternmq.client.internal.receive.DefaultOrderConsumer;
import io.ternmq.client.internal.receive.DefaultPullConsumer;
import io.ternmq.client.internal.send.DefaultOrderProducer;
import io.ternmq.client.internal.send.DefaultProducer;
import io.ternmq.client.internal.send.DefaultTransactionProducer;
import java.util.Properties;

/**
 * Makes producers and consumers, from {@code Properties} as the ONS documentation shows it or from typed configuration.
 * What it makes is not started yet.
 */
public final class MQFactory {

    private MQFactory() {}

    /**
     * Makes a producer from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static Producer createProducer(Properties properties) {
        return createProducer(ProducerConfig.of(properties));
    }

    /** Makes a producer. */
    public static Producer createProducer(ProducerConfig config) {
        return new DefaultProducer(config, ClientRegistry.shared());
    }

    /**
     * Makes a producer for ordered messages from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static OrderProducer createOrderProducer(Properties properties) {
        return createOrderProducer(ProducerConfig.of(properties));
    }

    /** Makes a producer for ordered messages. */
    public static OrderProducer createOrderProducer(ProducerConfig config) {
        return new DefaultOrderProducer(config, ClientRegistry.shared());
    }

    /**
     * Makes a transactional producer from the keys of {@link PropertyKeyConst}.
     *
     * @param checker tells the broker what has become of a local transaction, when it asks
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static TransactionProducer createTransactionProducer(
            Properties properties, LocalTransactionChecker checker) {
        return createTransactionProducer(ProducerConfig.of(properties), checker);
    }

    /** Makes a transactional producer; its checker tells the broker what has become of a local transaction. */
    public static TransactionProducer createTransactionProducer(
            ProducerConfig config, LocalTransactionChecker checker) {
        return new DefaultTransactionProducer(config, checker, ClientRegistry.shared());
    }

    /**
     * Makes a consumer from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static Consumer createConsumer(Properties properties) {
        return createConsumer(ConsumerConfig.of(properties));
    }

    /** Makes a consumer. */
    public static Consumer createConsumer(ConsumerConfig config) {
        return new DefaultConsumer(config, ClientRegistry.shared());
    }

    /**
     * Makes a consumer that receives in order, from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static OrderConsumer createOrderedConsumer(Properties properties) {
        return createOrderedConsumer(ConsumerConfig.of(properties));
    }

    /**
     * Makes a consumer that receives in order.
     *
     * @throws MQClientException if the configuration asks for broadcasting, which knows no order
     */
    public static OrderConsumer createOrderedConsumer(ConsumerConfig config) {
        return new DefaultOrderConsumer(config, ClientRegistry.shared());
    }

    /**
     * Makes a consumer that receives in batches, from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static BatchConsumer createBatchConsumer(Properties properties) {
        return createBatchConsumer(ConsumerConfig.of(properties));
    }

    /** Makes a consumer that receives in batches. */
    public static BatchConsumer createBatchConsumer(ConsumerConfig config) {
        return new DefaultBatchConsumer(config, ClientRegistry.shared());
    }

    /**
     * Makes a consumer that asks for messages itself, from the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static PullConsumer createPullConsumer(Properties properties) {
        return createPullConsumer(PullConsumerConfig.of(properties));
    }

    /** Makes a consumer that asks for messages itself. */
    public static PullConsumer createPullConsumer(PullConsumerConfig config) {
        return new DefaultPullConsumer(config, ClientRegistry.shared());
    }
}
