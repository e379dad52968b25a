package io.ternmq.spring.boot;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Definitions of beans of one of the clusters of {@code ternmq.clusters.*}: qualified by its name, and never injected where no
 * qualifier asks for them.
 */
final class ClusterDefinitions {

    private final BeanDefinitionRegistry registry;
    private final String factory;
    private final String cluster;

    /**
     * Makes it.
     *
     * @param factory name of the bean with the factory methods
     */
    ClusterDefinitions(BeanDefinitionRegistry registry, String factory, String cluster) {
        this.registry = registry;
        this.factory = factory;
        this.cluster = cluster;
    }

    /** The names of the clusters. */
    static Set<String> names(Environment environment) {
        return Binder.get(environment)
                .bind("ternmq.clusters", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet();
    }

    /** Adds one, unless there is a bean of that name. */
    void add(String name, String factoryMethod, @Nullable String destroyMethod, boolean lazy, Object... arguments) {
        if (registry.containsBeanDefinition(name)) {
            return;
        }
        RootBeanDefinition definition = new RootBeanDefinition();
        definition.setFactoryBeanName(factory);
        definition.setFactoryMethodName(factoryMethod);
        definition.setDestroyMethodName(destroyMethod);
        ConstructorArgumentValues values = definition.getConstructorArgumentValues();
        for (int i = 0; i < arguments.length; i++) {
            values.addIndexedArgumentValue(i, arguments[i]);
        }
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, cluster));
        definition.setDefaultCandidate(false);
        definition.setLazyInit(lazy);
        registry.registerBeanDefinition(name, definition);
    }
}
