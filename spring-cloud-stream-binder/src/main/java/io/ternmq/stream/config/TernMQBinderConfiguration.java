package io.ternmq.stream.config;

import io.micrometer.core.instrument.MeterRegistry;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.stream.TernMQMessageChannelBinder;
import io.ternmq.stream.headers.DefaultHeaderMapper;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.inbound.ConsumerGroups;
import io.ternmq.stream.properties.TernMQBinderProperties;
import io.ternmq.stream.properties.TernMQExtendedBindingProperties;
import io.ternmq.stream.provisioning.TopicProvisioner;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.thread.Threading;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ProducerMessageHandlerCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * The beans of a binder. It uses the application's client configuration, or, if it has an environment of its own, one that is made of that.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(Binder.class)
@EnableConfigurationProperties({TernMQBinderProperties.class, TernMQExtendedBindingProperties.class})
@Import(TernMQAutoConfiguration.class)
public class TernMQBinderConfiguration {

    /** A binder with an environment of its own has no use for most of what an application gets, such as another producer. */
    @Bean
    static LazyInitializationBeanFactoryPostProcessor ternMQBinderBeansOnDemand() {
        return new LazyInitializationBeanFactoryPostProcessor();
    }

    @Bean(destroyMethod = "close")
    AdminClient ternMQBinderAdminClient(ClientConfig client) {
        return AdminClient.create(client);
    }

    @Bean
    TopicProvisioner ternMQTopicProvisioner(AdminClient ternMQBinderAdminClient, TernMQBinderProperties properties) {
        return new TopicProvisioner(ternMQBinderAdminClient, properties);
    }

    @Bean
    ConsumerGroups ternMQConsumerGroups(
            ClientConfig client, TopicProvisioner provisioner, ObjectProvider<ConsumerGroups.Watcher> watcher) {
        return new ConsumerGroups(client, provisioner, watcher.getIfAvailable(() -> ConsumerGroups.Watcher.NOBODY));
    }

    @Bean
    TernMQMessageChannelBinder ternMQMessageChannelBinder(
            ClientConfig client,
            TopicProvisioner provisioner,
            ConsumerGroups groups,
            TernMQBinderProperties properties,
            TernMQExtendedBindingProperties bindings,
            MessageMapper payloads,
            ApplicationContext context,
            ObjectProvider<JsonMapper> json,
            Environment environment) {
        ApplicationContext application = applicationOf(context);
        TernMQMessageChannelBinder binder = new TernMQMessageChannelBinder(
                client,
                provisioner,
                groups,
                bindings,
                application
                        .getBeanProvider(TernMQHeaderMapper.class)
                        .getIfUnique(() -> new DefaultHeaderMapper(
                                properties.headers(),
                                json.getIfUnique(() ->
                                        JsonMapper.builder().findAndAddModules().build()))),
                payloads,
                properties.observation(),
                Threading.VIRTUAL.isActive(environment));
        ProducerMessageHandlerCustomizer<?> handlers = application
                .getBeanProvider(ProducerMessageHandlerCustomizer.class)
                .getIfUnique();
        binder.setProducerMessageHandlerCustomizer(handlers);
        ConsumerEndpointCustomizer<?> endpoints =
                application.getBeanProvider(ConsumerEndpointCustomizer.class).getIfUnique();
        binder.setConsumerEndpointCustomizer(endpoints);
        return binder;
    }

    /** The application's context, also where the binder's is not below it. */
    private static ApplicationContext applicationOf(ApplicationContext binder) {
        return binder.containsBean("outerContext") ? binder.getBean("outerContext", ApplicationContext.class) : binder;
    }

    /** Health, if the application tells it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({AbstractHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthConfiguration {

        @Bean
        @ConditionalOnEnabledHealthIndicator("binders")
        TernMQBinderHealthIndicator ternMQBinderHealthIndicator(
                AdminClient ternMQBinderAdminClient, ConsumerGroups groups) {
            return new TernMQBinderHealthIndicator(ternMQBinderAdminClient, groups);
        }
    }

    /** Meters, if the application has a registry for them. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class MetersConfiguration {

        @Bean
        LagMeters ternMQBinderLagMeters(AdminClient ternMQBinderAdminClient, ApplicationContext context) {
            return new LagMeters(ternMQBinderAdminClient, applicationOf(context).getBeanProvider(MeterRegistry.class));
        }
    }
}
