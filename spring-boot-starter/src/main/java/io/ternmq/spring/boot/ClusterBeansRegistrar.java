package io.ternmq.spring.boot;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Declares the beans of each cluster of {@code ternmq.clusters.*}: named after what they are and the cluster, qualified by
 * its name, and never injected where no qualifier asks for them.
 */
final class ClusterBeansRegistrar implements ImportBeanDefinitionRegistrar {

    /** The bean with the factory methods. */
    static final String FACTORY = "ternMQClusterBeans";

    private final Environment environment;

    ClusterBeansRegistrar(Environment environment) {
        this.environment = environment;
    }

    /** The name of a further cluster's client configuration. */
    static String clientBean(String cluster) {
        return "ternMQClientConfig." + cluster;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Binder.get(environment)
                .bind("ternmq.clusters", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet()
                .forEach(cluster -> register(registry, cluster));
    }

    private static void register(BeanDefinitionRegistry registry, String cluster) {
        String producer = "ternMQProducer." + cluster;
        RuntimeBeanReference client = new RuntimeBeanReference(clientBean(cluster));
        register(registry, clientBean(cluster), cluster, "client", null, cluster);
        register(registry, producer, cluster, "producer", "shutdown", cluster, client);
        register(
                registry,
                "ternMQMessageTemplate." + cluster,
                cluster,
                "template",
                null,
                new RuntimeBeanReference(producer));
        register(registry, "ternMQListenerContainerFactory." + cluster, cluster, "containers", null, cluster, client);
        register(registry, "ternMQAdminClient." + cluster, cluster, "admin", "", cluster);
    }

    private static void register(
            BeanDefinitionRegistry registry,
            String name,
            String cluster,
            String factoryMethod,
            @Nullable String destroyMethod,
            Object... arguments) {
        if (registry.containsBeanDefinition(name)) {
            return;
        }
        RootBeanDefinition definition = new RootBeanDefinition();
        definition.setFactoryBeanName(FACTORY);
        definition.setFactoryMethodName(factoryMethod);
        definition.setDestroyMethodName(destroyMethod);
        ConstructorArgumentValues values = definition.getConstructorArgumentValues();
        for (int i = 0; i < arguments.length; i++) {
            values.addIndexedArgumentValue(i, arguments[i]);
        }
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, cluster));
        definition.setDefaultCandidate(false);
        definition.setLazyInit(factoryMethod.equals("admin"));
        registry.registerBeanDefinition(name, definition);
    }
}
