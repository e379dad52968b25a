package io.ternmq.stream.config;

import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.stream.config.BindingHandlerAdvise;
import org.springframework.context.annotation.Bean;

/** Lets bindings that have properties of their own begin with those under {@code spring.cloud.stream.ternmq.default} too. */
@AutoConfiguration
@ConditionalOnClass(BindingHandlerAdvise.class)
public final class TernMQBindingDefaultsAutoConfiguration {

    TernMQBindingDefaultsAutoConfiguration() {}

    @Bean
    BindingHandlerAdvise.MappingsProvider ternMQBindingDefaults() {
        return () -> Map.of(
                ConfigurationPropertyName.of("spring.cloud.stream.ternmq.bindings"),
                ConfigurationPropertyName.of("spring.cloud.stream.ternmq.default"));
    }
}
