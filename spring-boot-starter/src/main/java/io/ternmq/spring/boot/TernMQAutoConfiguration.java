package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.annotation.EnableTernMQ;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.DeadLetterReplay;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.PullConsumers;
import io.ternmq.spring.core.ReceivingTemplate;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TypedConverter;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Auto-configuration of TernMQ: where the cluster is, a producer, a {@link MessageTemplate}, and what {@code
 * @MessageListener} methods need. Each bean backs off when the application defines its own.
 *
 * <p>What an application may not use is lazy: it would otherwise pay for it in the time of its start.
 *
 * <p>The way down is the way up reversed: the listeners stop in the first phase, the producer is shut down when the beans
 * that use it are gone, and the embedded broker after the producer.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration"
        })
@ConditionalOnClass(MQFactory.class)
@EnableConfigurationProperties(TernMQProperties.class)
@Import(EmbeddedBrokerConfiguration.class)
public final class TernMQAutoConfiguration {

    /** The name of the default cluster's template; that of another cluster's has the cluster's name behind a dot. */
    static final String TEMPLATE = "ternMQMessageTemplate";

    TernMQAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(TernMQConnectionDetails.class)
    TernMQConnectionDetails ternMQConnectionDetails(TernMQProperties properties) {
        PropertiesTernMQConnectionDetails connection =
                new PropertiesTernMQConnectionDetails("ternmq.name-server", properties.nameServer());
        if (connection.getNameServers().isEmpty()) {
            throw new MissingNameServerException(properties.embedded().enabled());
        }
        return connection;
    }

    @Bean
    @ConditionalOnMissingBean
    ClusterClients ternMQClusterClients(
            TernMQProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
        return new ClusterClients(properties, beans, environment);
    }

    @Bean
    @ConditionalOnMissingBean
    ClientConfig ternMQClientConfig(ClusterClients clusters, TernMQConnectionDetails connection) {
        return clusters.client(Clusters.DEFAULT, connection);
    }

    /** Started by whoever needs it first: an application bean that it is injected into, a send, or the {@link ProducerStarter}. */
    @Bean(name = ProducerStarter.PRODUCER, destroyMethod = "shutdown")
    @Lazy
    @ConditionalOnMissingBean
    Producer ternMQProducer(ClusterClients clusters, ClientConfig client) {
        return clusters.producer(Clusters.DEFAULT, client);
    }

    @Bean
    ProducerStarter ternMQProducerStarter(ListableBeanFactory beans, TernMQConnectionDetails connection) {
        return new ProducerStarter(beans, connection);
    }

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    MessageMapper ternMQMessageMapper(
            TernMQProperties properties,
            ObjectProvider<JsonMapper> jsonMapper,
            @Qualifier("ternmq") ObjectProvider<MessageConverter> converters) {
        Supplier<JsonMapper> json = () -> jsonMapper.getIfUnique(
                () -> JsonMapper.builder().findAndAddModules().build());
        ConversionProperties conversion = properties.conversion();
        UnaryOperator<SmartMessageConverter> typed =
                conversion.isTyped() ? next -> new TypedConverter(next, conversion.types()) : UnaryOperator.identity();
        return MessageMapper.json(json, converters.orderedStream().toList(), typed);
    }

    @Bean(TEMPLATE)
    @Lazy
    @ConditionalOnSingleCandidate(Producer.class)
    @ConditionalOnMissingBean
    MessageTemplate ternMQMessageTemplate(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<Producer> producer,
            MessageMapper mapper,
            ObjectProvider<SendInterceptor> interceptors) {
        return MessageTemplate.create(
                new TemplateProducer(beans, TEMPLATE, producer::getObject),
                mapper,
                interceptors.orderedStream().toList());
    }

    @Bean(destroyMethod = "close")
    @Lazy
    @ConditionalOnMissingBean
    PullConsumers ternMQPullConsumers(ClusterClients clusters, ClientConfig client) {
        return clusters.pullConsumers(Clusters.DEFAULT, client);
    }

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    ReceivingTemplate ternMQReceivingTemplate(PullConsumers consumers, MessageMapper mapper) {
        return ReceivingTemplate.create(consumers, mapper);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ClientBeanDefaults ternMQClientBeanDefaults() {
        return new ClientBeanDefaults();
    }

    /** What finds listeners and runs them, unless the application does that itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(ListenerRegistry.class)
    @EnableTernMQ
    static class ListenerInfrastructure {

        @Bean
        @ConditionalOnMissingBean
        ConsumerFactory ternMQConsumerFactory() {
            return MQFactory::createConsumer;
        }

        @Bean
        @ConditionalOnMissingBean
        ListenerContainerFactory ternMQListenerContainerFactory(
                ClusterClients clusters, ClientConfig client, ConsumerFactory consumers) {
            return clusters.containers(Clusters.DEFAULT, client, consumers);
        }

        @Bean
        @Lazy
        @ConditionalOnMissingBean
        DeadLetterReplay ternMQDeadLetterReplay(ClientConfig client) {
            return new DeadLetterReplay(() -> AdminClient.create(client));
        }

        @Bean
        @Lazy
        @ConditionalOnMissingBean
        MethodListenerFactory ternMQMethodListenerFactory(
                TernMQProperties properties,
                MessageMapper mapper,
                BeanFactory beanFactory,
                ObjectProvider<Validator> validator,
                ObjectProvider<HandlerMethodArgumentResolver> resolvers) {
            return new MethodListenerFactory(
                    mapper,
                    beanFactory,
                    validator.getIfUnique(),
                    properties.conversion().types(),
                    resolvers.orderedStream().toList());
        }
    }
}
