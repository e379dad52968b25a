package io.ternmq.stream.config;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.stream.TernMQMessageChannelBinder;
import io.ternmq.stream.headers.DefaultHeaderMapper;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.properties.TernMQBinderProperties;
import io.ternmq.stream.properties.TernMQExtendedBindingProperties;
import io.ternmq.stream.provisioning.TopicProvisioner;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.cloud.stream.binder.Binder;
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

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    AdminClient ternMQBinderAdminClient(ClientConfig client) {
        return AdminClient.create(client);
    }

    @Bean
    @ConditionalOnMissingBean
    TopicProvisioner ternMQTopicProvisioner(AdminClient admin, TernMQBinderProperties properties) {
        return new TopicProvisioner(admin, properties);
    }

    @Bean
    @ConditionalOnMissingBean
    TernMQHeaderMapper ternMQHeaderMapper(TernMQBinderProperties properties, ObjectProvider<JsonMapper> json) {
        return new DefaultHeaderMapper(
                properties.headers(),
                json.getIfUnique(() -> JsonMapper.builder().findAndAddModules().build()));
    }

    @Bean
    TernMQMessageChannelBinder ternMQMessageChannelBinder(
            ClientConfig client,
            TopicProvisioner provisioner,
            TernMQExtendedBindingProperties bindings,
            TernMQHeaderMapper headers,
            MessageMapper payloads,
            Environment environment) {
        return new TernMQMessageChannelBinder(
                client, provisioner, bindings, headers, payloads, Threading.VIRTUAL.isActive(environment));
    }
}
