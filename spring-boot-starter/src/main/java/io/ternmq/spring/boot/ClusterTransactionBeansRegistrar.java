package io.ternmq.spring.boot;

import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Declares the templates of transactional messages of each cluster of {@code ternmq.clusters.*}; made when something needs them. */
final class ClusterTransactionBeansRegistrar implements ImportBeanDefinitionRegistrar {

    private final Environment environment;

    ClusterTransactionBeansRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        for (String cluster : ClusterDefinitions.names(environment)) {
            ClusterDefinitions beans = new ClusterDefinitions(registry, ClusterTransactions.BEAN, cluster);
            RuntimeBeanReference client = new RuntimeBeanReference(ClusterBeansRegistrar.clientBean(cluster));
            RuntimeBeanReference templates = new RuntimeBeanReference("ternMQTransactionTemplates." + cluster);
            beans.add(templates.getBeanName(), "templates", null, true, cluster, client);
            beans.add("ternMQTransactionMessageTemplate." + cluster, "template", "close", true, templates);
        }
    }
}
