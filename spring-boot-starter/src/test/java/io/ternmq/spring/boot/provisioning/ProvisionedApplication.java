package io.ternmq.spring.boot.provisioning;

import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that says which topic and which group it needs. */
@Configuration(proxyBeanMethods = false)
class ProvisionedApplication {

    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class,
                        TernMQAutoConfiguration.class,
                        TernMQClustersAutoConfiguration.class,
                        TernMQProvisioningAutoConfiguration.class))
                .withUserConfiguration(ProvisionedApplication.class);
    }

    @Bean
    TopicSpec orders() {
        return TopicSpec.of("orders", 8);
    }

    @Bean
    GroupSpec shop() {
        return new GroupSpec("shop", true, true, false, 3, 1);
    }
}
