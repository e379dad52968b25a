package io.ternmq.spring.annotation;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerResult;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Tells an image that is built ahead of time which listener methods are called by reflection, and which types payloads are converted to, and replies from. Made by
 * Spring.
 */
final class ListenerMethodHints implements ReflectiveProcessor {

    private static final List<Class<?>> KNOWN_TO_EXPRESSIONS = List.of(
            ListenerResult.class, Message.class, org.springframework.messaging.Message.class, MessageHeaders.class);

    private final BindingReflectionHintsRegistrar payloads = new BindingReflectionHintsRegistrar();

    ListenerMethodHints() {}

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            Arrays.stream(method.getParameters())
                    .filter(ListenerMethodHints::mayBePayload)
                    .forEach(parameter -> payloads.registerReflectionHints(hints, parameter.getParameterizedType()));
            payloads.registerReflectionHints(hints, returned(method));
            if (findsOutDestinations(method)) {
                KNOWN_TO_EXPRESSIONS.forEach(type -> hints.registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS));
            }
        }
    }

    private static boolean findsOutDestinations(Method method) {
        return Stream.of(method, method.getDeclaringClass())
                .map(element -> AnnotatedElementUtils.findMergedAnnotation(element, SendTo.class))
                .filter(Objects::nonNull)
                .anyMatch(sendTo -> String.join("", sendTo.value()).contains("!{"));
    }

    /** What may be a reply; of a suspend function its continuation tells. */
    private static Type returned(Method method) {
        return Arrays.stream(method.getParameters())
                .filter(ListenerMethodHints::isContinuation)
                .map(parameter -> ((ParameterizedType) parameter.getParameterizedType()).getActualTypeArguments()[0])
                .map(result -> result instanceof WildcardType wildcard ? wildcard.getLowerBounds()[0] : result)
                .findFirst()
                .orElse(method.getGenericReturnType());
    }

    private static boolean isContinuation(Parameter parameter) {
        return parameter.getType().getName().equals("kotlin.coroutines.Continuation");
    }

    private static boolean mayBePayload(Parameter parameter) {
        return !AnnotatedElementUtils.isAnnotated(parameter, Header.class)
                && !AnnotatedElementUtils.isAnnotated(parameter, Headers.class)
                && parameter.getType() != Message.class
                && parameter.getType() != ConsumeContext.class
                && !isContinuation(parameter);
    }
}
