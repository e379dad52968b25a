package io.ternmq.spring.annotation;

import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.listener.IllegalListenerException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Component;

/**
 * Turns {@link MessageListener}s and {@link DeadLetterHandler}s into endpoints. It remembers those of the singletons until all of
 * them are made, so that a listener never runs in a half-made application, and registers later ones as they come.
 */
final class MessageListenerPostProcessor
        implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

    private static final List<Class<? extends Annotation>> ANNOTATIONS =
            List.of(MessageListener.class, DeadLetterHandler.class);

    private final Set<Class<?>> classesWithout = ConcurrentHashMap.newKeySet();
    private final List<Declaration> waiting = new ArrayList<>();
    private @Nullable ConfigurableBeanFactory beanFactory;
    private boolean singletonsReady;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beanFactory = (ConfigurableBeanFactory) beanFactory;
    }

    /** Last, so that it sees the proxies that others put around beans. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (classesWithout.contains(type) || isOfSpring(type) || !AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
            return bean;
        }
        List<Annotation> ofClass = annotations(type);
        Map<Method, List<Annotation>> ofMethods =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<List<Annotation>>) method -> {
                    List<Annotation> found = annotations(method);
                    return found.isEmpty() ? null : found;
                });
        if (ofClass.isEmpty() && ofMethods.isEmpty()) {
            classesWithout.add(type);
        }
        declare(bean, beanName, type, null, ofClass);
        ofMethods.forEach((method, found) -> declare(bean, beanName, type, method, found));
        return bean;
    }

    /** Most beans of an application are Spring's own; looking through all their methods would be felt when it starts. */
    private static boolean isOfSpring(Class<?> type) {
        return type.getName().startsWith("org.springframework.")
                && !AnnotatedElementUtils.isAnnotated(type, Component.class);
    }

    /** What is declared nearest; what a superclass or an interface says is only asked for if nothing is. */
    private static List<Annotation> annotations(AnnotatedElement element) {
        List<Annotation> found = new ArrayList<>();
        MergedAnnotations all = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        for (Class<? extends Annotation> type : ANNOTATIONS) {
            int nearest = all.stream(type)
                    .mapToInt(MergedAnnotation::getAggregateIndex)
                    .min()
                    .orElse(-1);
            all.stream(type)
                    .filter(annotation -> annotation.getAggregateIndex() == nearest)
                    .forEach(annotation -> found.add(annotation.synthesize()));
        }
        return found;
    }

    private synchronized void declare(
            Object bean, String beanName, Class<?> type, @Nullable Method method, List<Annotation> annotations) {
        for (int i = 0; i < annotations.size(); i++) {
            Declaration declaration = new Declaration(bean, beanName, type, method, annotations.get(i), i);
            if (singletonsReady) {
                register(declaration);
            } else {
                waiting.add(declaration);
            }
        }
    }

    @Override
    public synchronized void afterSingletonsInstantiated() {
        waiting.forEach(this::register);
        waiting.clear();
        singletonsReady = true;
        classesWithout.clear();
    }

    private void register(Declaration declaration) {
        ConfigurableBeanFactory factory = beanFactory;
        if (factory == null) {
            throw new IllegalStateException("post-processor has no bean factory; let the context make it");
        }
        AttributeResolver attributes = new AttributeResolver(factory, declaration.bean(), declaration.place());
        EndpointReader reader = new EndpointReader(factory, attributes, declaration);
        ListenerEndpoint endpoint;
        String cluster;
        String factoryBean;
        if (declaration.annotation() instanceof DeadLetterHandler handler) {
            endpoint = reader.read(handler);
            cluster = attributes.text("cluster", handler.cluster());
            factoryBean = handler.containerFactory();
        } else {
            MessageListener listener = (MessageListener) declaration.annotation();
            endpoint = reader.read(listener);
            cluster = attributes.text("cluster", listener.cluster());
            factoryBean = listener.containerFactory();
        }
        ListenerContainerFactory containers =
                reader.bean("containerFactory", factoryBean, ListenerContainerFactory.class);
        if (containers != null && cluster != null) {
            throw new IllegalListenerException(
                    declaration.place(),
                    "it names a cluster and a container factory, which has its own: cluster=" + cluster,
                    "leave out one of the two",
                    null);
        }
        if (containers == null && cluster != null && !cluster.equals(Clusters.DEFAULT)) {
            containers = ofCluster(factory, cluster, declaration);
        }
        ListenerRegistry registry = factory.getBean(ListenerRegistry.class);
        if (containers == null) {
            registry.register(endpoint);
        } else {
            registry.register(endpoint, containers);
        }
    }

    private static ListenerContainerFactory ofCluster(
            ConfigurableBeanFactory factory, String cluster, Declaration declaration) {
        try {
            return BeanFactoryAnnotationUtils.qualifiedBeanOfType(factory, ListenerContainerFactory.class, cluster);
        } catch (NoSuchBeanDefinitionException e) {
            Clusters clusters = factory.getBeanProvider(Clusters.class).getIfAvailable();
            throw new IllegalListenerException(
                    declaration.place(),
                    "its cluster does not exist: cluster=" + cluster
                            + (clusters == null ? "" : ", clusters=" + clusters.names()),
                    "configure ternmq.clusters." + cluster + ".name-server",
                    e);
        }
    }
}
