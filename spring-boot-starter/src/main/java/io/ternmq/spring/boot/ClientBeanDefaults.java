package io.ternmq.spring.boot;

import io.ternmq.client.StartPolicy;
import io.ternmq.spring.core.NameServerUser;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Gives beans of the client what their properties leave out, before their init method starts them: the application's name
 * server, and what to do while that is away. Lets them be destroyed before the embedded broker is.
 */
final class ClientBeanDefaults implements BeanPostProcessor, BeanFactoryAware {

    private @Nullable ConfigurableListableBeanFactory beanFactory;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof NameServerUser user) {
            ConfigurableListableBeanFactory beans = beanFactory;
            if (beans == null) {
                throw new IllegalStateException("post-processor has no bean factory; let the context make it");
            }
            TernMQProperties.Startup startup =
                    beans.getBean(TernMQProperties.class).startup();
            user.setDefaultStartPolicy(startup.policy(), startup.timeout());
            if (!user.isNameServerGiven()) {
                connect(user, beanName, beans);
            }
        }
        return bean;
    }

    private static void connect(NameServerUser user, String beanName, ConfigurableListableBeanFactory beans) {
        TernMQConnectionDetails connection = beans.getBean(TernMQConnectionDetails.class);
        for (String name : beans.getBeanNamesForType(TernMQConnectionDetails.class)) {
            beans.registerDependentBean(name, beanName);
        }
        user.setDefaultNameServer(String.join(";", connection.getNameServers()));
        if (connection.isEmbedded()) {
            user.setDefaultStartPolicy(StartPolicy.FAIL, Duration.ofSeconds(1));
        }
    }
}
