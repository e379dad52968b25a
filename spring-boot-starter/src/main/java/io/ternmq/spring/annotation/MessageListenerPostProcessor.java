package io.ternmq.spring.annotation;

import io.ternmq.client.MessageModel;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.support.StartPositions;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Turns {@link MessageListener} methods into endpoints. It remembers those of the singletons until all of them are made,
 * so that a listener never runs in a half-made application, and registers later ones as they come.
 */
final class MessageListenerPostProcessor
        implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

    private record Declaration(
            Object bean, String beanName, Method method, MergedAnnotation<MessageListener> listener) {}

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
        if (classesWithout.contains(type) || !AnnotationUtils.isCandidateClass(type, MessageListener.class)) {
            return bean;
        }
        Map<Method, MergedAnnotation<MessageListener>> methods = MethodIntrospector.selectMethods(
                type, (MethodIntrospector.MetadataLookup<MergedAnnotation<MessageListener>>) method -> {
                    MergedAnnotation<MessageListener> annotation = MergedAnnotations.from(
                                    method, SearchStrategy.TYPE_HIERARCHY)
                            .get(MessageListener.class);
                    return annotation.isPresent() ? annotation : null;
                });
        if (methods.isEmpty()) {
            classesWithout.add(type);
        }
        methods.forEach((method, listener) -> declare(new Declaration(bean, beanName, method, listener)));
        return bean;
    }

    private synchronized void declare(Declaration declaration) {
        if (singletonsReady) {
            register(declaration);
        } else {
            waiting.add(declaration);
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
        MessageListener listener = declaration.listener().synthesize();
        AttributeResolver attributes = new AttributeResolver(factory, declaration.method());
        ListenerEndpoint endpoint = endpoint(factory, declaration, listener, attributes);
        String cluster = attributes.text("cluster", listener.cluster());
        ListenerRegistry registry = factory.getBean(ListenerRegistry.class);
        if (cluster == null || cluster.equals(Clusters.DEFAULT)) {
            registry.register(endpoint);
        } else {
            registry.register(endpoint, containers(factory, cluster, declaration.method()));
        }
    }

    private static ListenerContainerFactory containers(ConfigurableBeanFactory factory, String cluster, Method method) {
        try {
            return BeanFactoryAnnotationUtils.qualifiedBeanOfType(factory, ListenerContainerFactory.class, cluster);
        } catch (NoSuchBeanDefinitionException e) {
            throw new IllegalListenerException(
                    method.toGenericString(),
                    "its cluster does not exist: cluster=" + cluster,
                    "configure ternmq.clusters." + cluster + ".name-server",
                    e);
        }
    }

    private static ListenerEndpoint endpoint(
            ConfigurableBeanFactory factory,
            Declaration declaration,
            MessageListener listener,
            AttributeResolver attributes) {
        Method method = declaration.method();
        List<String> topics = attributes.texts("topics", listener.topics());
        if (topics.isEmpty()) {
            throw new IllegalListenerException(
                    method, "it has no topic", "give it one, @MessageListener(topics = \"...\")");
        }
        String id = attributes.text("id", listener.id());
        String tags = attributes.text("tags", listener.tags());
        return new ListenerEndpoint(
                id == null ? declaration.beanName() + "." + method.getName() : id,
                "bean " + declaration.beanName() + ", " + method.toGenericString(),
                topics,
                tags == null ? "*" : tags,
                factory.getBean(MethodListenerFactory.class)
                        .create(declaration.bean(), invocable(method, declaration.bean())),
                attributes.text("group", listener.group()),
                attributes.read(
                        "messageModel",
                        listener.messageModel(),
                        "clustering or broadcasting",
                        text -> MessageModel.valueOf(text.toUpperCase(Locale.ROOT))),
                attributes.read(
                        "consumeFrom",
                        listener.consumeFrom(),
                        "latest, earliest or a point in time such as 2026-01-31T08:00:00Z",
                        StartPositions::parse),
                attributes.number("concurrency", listener.concurrency()),
                attributes.number("maxReconsumeTimes", listener.maxReconsumeTimes()),
                attributes.flag("autoStartup", listener.autoStartup()));
    }

    private static Method invocable(Method method, Object bean) {
        try {
            return AopUtils.selectInvocableMethod(method, bean.getClass());
        } catch (IllegalStateException e) {
            throw new IllegalListenerException(
                    method.toGenericString(),
                    "it cannot be called on the bean's proxy",
                    "make it public, and declare it in the interface that the proxy implements or proxy the class"
                            + " (spring.aop.proxy-target-class=true)",
                    e);
        }
    }
}
