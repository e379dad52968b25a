package io.ternmq.spring.annotation;

import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.GroupClaims;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/** What {@link EnableTernMQ} brings. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class ListenerConfiguration {

    /** Static, so that it is made before the beans it looks at and without making this class early. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static MessageListenerPostProcessor ternMQMessageListenerPostProcessor() {
        return new MessageListenerPostProcessor();
    }

    /** Consumer beans ask for it when they start. */
    @Bean(GroupClaims.BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GroupClaims ternMQGroupClaims() {
        return new GroupClaims();
    }

    @Bean
    ListenerRegistry ternMQListenerRegistry(ListenerContainerFactory containers, GroupClaims claims) {
        return new ListenerRegistry(containers, claims);
    }
}
