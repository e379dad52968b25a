package io.ternmq.spring.boot.observation;

import io.micrometer.observation.ObservationRegistry;
import io.ternmq.client.MQFactory;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.observation.ListenerObservationConvention;
import io.ternmq.spring.observation.ListenerObservations;
import io.ternmq.spring.observation.LoggingContext;
import io.ternmq.spring.observation.SendObservationConvention;
import io.ternmq.spring.observation.SendObservations;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of observations, where the application has an {@link ObservationRegistry}, and of the logging context.
 */
@AutoConfiguration(
        after = TernMQAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(MQFactory.class)
public final class TernMQObservationAutoConfiguration {

    TernMQObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty(name = "ternmq.observation.logging-context", matchIfMissing = true)
    LoggingContext ternMQLoggingContext() {
        return new LoggingContext();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnBooleanProperty(name = "ternmq.observation.enabled", matchIfMissing = true)
    static class Observations {

        @Bean
        @ConditionalOnMissingBean
        SendObservations ternMQSendObservations(
                ObservationRegistry registry, ObjectProvider<SendObservationConvention> convention) {
            return new SendObservations(registry, convention.getIfAvailable());
        }

        @Bean
        @ConditionalOnMissingBean
        ListenerObservations ternMQListenerObservations(
                ObservationRegistry registry, ObjectProvider<ListenerObservationConvention> convention) {
            return new ListenerObservations(registry, convention.getIfAvailable());
        }
    }
}
