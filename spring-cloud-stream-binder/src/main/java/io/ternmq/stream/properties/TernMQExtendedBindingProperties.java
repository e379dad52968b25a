package io.ternmq.stream.properties;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.stream.binder.AbstractExtendedBindingProperties;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/** The properties of bindings, by the name of the binding. */
@ConfigurationProperties("spring.cloud.stream.ternmq")
public class TernMQExtendedBindingProperties
        extends AbstractExtendedBindingProperties<
                TernMQConsumerProperties, TernMQProducerProperties, TernMQBindingProperties> {

    private static final String DEFAULTS = "spring.cloud.stream.ternmq.default";

    @Override
    public String getDefaultsPrefix() {
        return DEFAULTS;
    }

    @Override
    public Map<String, TernMQBindingProperties> getBindings() {
        return doGetBindings();
    }

    @Override
    public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
        return TernMQBindingProperties.class;
    }
}
