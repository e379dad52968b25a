package io.ternmq.spring.annotation;

import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.ListenerTarget;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.listener.TagMethod;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Finds what a declared listener calls: its method, the methods of its class, or the bean itself. */
final class ListenerTargets {

    /** What a listener that is a class calls, and the tags it wants if its methods name them all. */
    record OfClass(ListenerTarget target, @Nullable String tags) {}

    private final MethodListenerFactory methods;

    ListenerTargets(MethodListenerFactory methods) {
        this.methods = methods;
    }

    ListenerTarget ofMethod(Object bean, Method method, ListenerKind kind) {
        return methods.create(bean, invocable(method, bean), kind);
    }

    /** What a class with the annotation calls. */
    OfClass ofClass(Declaration declaration, ListenerKind kind, AttributeResolver attributes) {
        Map<Method, TagHandler> handlers =
                MethodIntrospector.selectMethods(declaration.type(), (MethodIntrospector.MetadataLookup<TagHandler>)
                        method -> AnnotatedElementUtils.findMergedAnnotation(method, TagHandler.class));
        if (handlers.isEmpty()) {
            return new OfClass(ofBean(declaration, kind), null);
        }
        if (kind == ListenerKind.BATCH) {
            throw new IllegalListenerException(
                    declaration.place(),
                    "its methods are chosen by tag and type, and a batch has messages of several",
                    "leave out batchSize, or put @MessageListener on a method",
                    null);
        }
        List<TagMethod> chosen = new ArrayList<>();
        Set<String> tags = new LinkedHashSet<>();
        handlers.forEach((method, handler) -> {
            List<String> wanted = attributes.texts("tags", handler.tags());
            chosen.add(new TagMethod(
                    invocable(method, declaration.bean()),
                    attributes.text("topic", handler.topic()),
                    Set.copyOf(wanted)));
            tags.addAll(wanted.isEmpty() ? List.of("*") : wanted);
        });
        return new OfClass(
                methods.create(declaration.bean(), chosen, kind), tags.contains("*") ? "*" : String.join("||", tags));
    }

    private static ListenerTarget ofBean(Declaration declaration, ListenerKind kind) {
        Object bean = declaration.bean();
        if (bean instanceof io.ternmq.client.MessageListener listener && kind == ListenerKind.CONCURRENT) {
            return ListenerTarget.of(listener);
        }
        if (bean instanceof MessageOrderListener listener && kind != ListenerKind.BATCH) {
            return ListenerTarget.inOrder(listener);
        }
        if (bean instanceof BatchMessageListener listener && kind != ListenerKind.ORDERED) {
            return ListenerTarget.ofBatches(listener);
        }
        throw new IllegalListenerException(
                declaration.place(),
                "it is a class, has no method with @TagHandler, and is no listener of the client of this kind",
                "mark methods with @TagHandler, put @MessageListener on a method, or implement MessageListener,"
                        + " MessageOrderListener or BatchMessageListener of io.ternmq.client",
                null);
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
