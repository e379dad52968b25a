package io.ternmq.stream.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/** The properties of a binding; those under {@code default} are where all bindings begin. */
@ConfigurationProperties("spring.cloud.stream.ternmq.default")
public class TernMQBindingProperties implements BinderSpecificPropertiesProvider {

    /**
     * Of an input.
     */
    @NestedConfigurationProperty
    private TernMQConsumerProperties consumer = new TernMQConsumerProperties();

    /**
     * Of an output.
     */
    @NestedConfigurationProperty
    private TernMQProducerProperties producer = new TernMQProducerProperties();

    @Override
    public TernMQConsumerProperties getConsumer() {
        return consumer;
    }

    public void setConsumer(TernMQConsumerProperties consumer) {
        this.consumer = consumer;
    }

    @Override
    public TernMQProducerProperties getProducer() {
        return producer;
    }

    public void setProducer(TernMQProducerProperties producer) {
        this.producer = producer;
    }
}
