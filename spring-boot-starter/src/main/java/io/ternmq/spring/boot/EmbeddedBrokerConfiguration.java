package io.ternmq.spring.boot;

import io.ternmq.broker.Broker;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** A broker in this process, where no other is named. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Broker.class)
@Conditional(OnNoNameServer.class)
@ConditionalOnBooleanProperty(name = "ternmq.embedded.enabled", matchIfMissing = true)
class EmbeddedBrokerConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(TernMQConnectionDetails.class)
    EmbeddedBroker ternMQEmbeddedBroker(TernMQProperties properties) {
        return EmbeddedBroker.start(properties.embedded());
    }
}
