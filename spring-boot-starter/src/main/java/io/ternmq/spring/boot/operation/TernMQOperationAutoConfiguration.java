package io.ternmq.spring.boot.operation;

import io.micrometer.core.instrument.MeterRegistry;
import io.ternmq.client.MQFactory;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.boot.TernMQProperties;
import io.ternmq.spring.boot.WatchProperties;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.doctor.CallWatch;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.ListenerWatch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what operators see: the doctor and the watch over listeners, and, where the application has Actuator or
 * Micrometer, health, endpoint, info and gauges.
 */
@AutoConfiguration(
        after = TernMQClustersAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        beforeName = {
            "org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration",
            "org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration"
        })
@ConditionalOnClass(MQFactory.class)
@ConditionalOnBean({Clusters.class, ListenerRegistry.class})
public final class TernMQOperationAutoConfiguration {

    TernMQOperationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    CallWatch ternMQCallWatch() {
        return new CallWatch();
    }

    @Bean
    @ConditionalOnMissingBean
    Doctor ternMQDoctor(Clusters clusters, CallWatch calls, TernMQProperties properties) {
        return new Doctor(clusters, calls, properties.watch().stallAfter());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty(name = "ternmq.watch.enabled", matchIfMissing = true)
    ListenerWatch ternMQListenerWatch(
            ListenerRegistry listeners,
            Doctor doctor,
            Clusters clusters,
            CallWatch calls,
            TernMQProperties properties,
            ApplicationEventPublisher events) {
        WatchProperties watch = properties.watch();
        return new ListenerWatch(
                listeners::containers,
                doctor,
                clusters,
                calls,
                new ListenerWatch.Times(watch.interval(), watch.stallAfter(), watch.idleAfter()),
                events::publishEvent);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthConfiguration {

        @Bean
        @ConditionalOnEnabledHealthIndicator("ternmq")
        @ConditionalOnMissingBean(name = {"ternMQHealthIndicator", "ternMQHealthContributor"})
        HealthContributor ternMQHealthContributor(
                Clusters clusters,
                ListenerRegistry listeners,
                Doctor doctor,
                ObjectProvider<ListenerWatch> watch,
                TernMQProperties properties) {
            Map<String, HealthContributor> all = new LinkedHashMap<>();
            for (String cluster : clusters.names()) {
                all.put(
                        cluster,
                        new ClusterHealthIndicator(
                                cluster,
                                clusters,
                                listeners,
                                doctor,
                                watch.getIfAvailable(),
                                properties.health().backlogThreshold()));
            }
            HealthContributor single = all.get(Clusters.DEFAULT);
            return all.size() == 1 && single != null ? single : CompositeHealthContributor.fromMap(all);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class ActuatorConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        TernMQEndpoint ternMQEndpoint(
                Clusters clusters,
                ListenerRegistry listeners,
                Doctor doctor,
                CallWatch calls,
                ObjectProvider<ListenerWatch> watch) {
            return new TernMQEndpoint(clusters, listeners, doctor, calls, watch.getIfAvailable());
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean(TernMQEndpoint.class)
        @ConditionalOnAvailableEndpoint(endpoint = TernMQEndpoint.class, exposure = EndpointExposure.WEB)
        TernMQEndpointWebExtension ternMQEndpointWebExtension(TernMQEndpoint endpoint) {
            return new TernMQEndpointWebExtension(endpoint);
        }

        @Bean
        @ConditionalOnMissingBean(name = "ternMQInfoContributor")
        @ConditionalOnEnabledInfoContributor("ternmq")
        InfoContributor ternMQInfoContributor(Clusters clusters, ListenerRegistry listeners, Doctor doctor) {
            return new TernMQInfoContributor(clusters, listeners, doctor);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class MetricsConfiguration {

        @Bean
        @ConditionalOnMissingBean
        ListenerMeters ternMQListenerMeters(
                ListenerRegistry listeners, Doctor doctor, CallWatch calls, ObjectProvider<ListenerWatch> watch) {
            return new ListenerMeters(listeners, doctor, calls, watch.getIfAvailable());
        }
    }
}
