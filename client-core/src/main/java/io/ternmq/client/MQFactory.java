package io.ternmq.client;

import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.receive.DefaultConsumer;
import io.ternmq.client.internal.send.DefaultProducer;
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
}
