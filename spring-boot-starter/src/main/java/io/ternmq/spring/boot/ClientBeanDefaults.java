package io.ternmq.spring.boot;

import io.ternmq.spring.core.NameServerUser;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Gives beans of the client that name no name server the application's, before their init method
 * starts them, and lets them be destroyed before the embedded broker is.
 */
final class ClientBeanDefaults implements BeanPostProcessor, BeanFactoryAware {

    private @Nullable ConfigurableBeanFactory beanFactory;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beanFactory = (ConfigurableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof NameServerUser user && !user.isNameServerGiven()) {
            user.setDefaultNameServer(nameServer(beanName));
        }
        return bean;
    }

    private String nameServer(String dependent) {
        ConfigurableBeanFactory factory = beanFactory;
        if (factory == null) {
            throw new IllegalStateException("post-processor has no bean factory; let the context make it");
        }
        TernMQConnectionDetails connection = factory.getBean(TernMQConnectionDetails.class);
        for (String name : ((org.springframework.beans.factory.ListableBeanFactory) factory)
                .getBeanNamesForType(TernMQConnectionDetails.class)) {
            factory.registerDependentBean(name, dependent);
        }
        return String.join(";", connection.getNameServers());
    }
}
