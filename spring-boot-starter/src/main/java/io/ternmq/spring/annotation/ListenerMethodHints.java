package io.ternmq.spring.annotation;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/**
 * Tells an image that is built ahead of time which listener methods are called by reflection, and which types payloads are converted to. Made by
 * Spring.
 */
final class ListenerMethodHints implements ReflectiveProcessor {

    private final BindingReflectionHintsRegistrar payloads = new BindingReflectionHintsRegistrar();

    ListenerMethodHints() {}

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            Arrays.stream(method.getParameters())
                    .filter(ListenerMethodHints::mayBePayload)
                    .forEach(parameter -> payloads.registerReflectionHints(hints, parameter.getParameterizedType()));
        }
    }

    private static boolean mayBePayload(Parameter parameter) {
        return !AnnotatedElementUtils.isAnnotated(parameter, Header.class)
                && !AnnotatedElementUtils.isAnnotated(parameter, Headers.class)
                && parameter.getType() != Message.class
                && parameter.getType() != ConsumeContext.class
                && !parameter.getType().getName().equals("kotlin.coroutines.Continuation");
    }
}
