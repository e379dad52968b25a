package io.ternmq.spring.listener;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ClassUtils;

/**
 * A header whose Kotlin parameter is a number or truth value with a default. To Java that is primitive, and Spring refuses
 * what is missing; here it is {@code null}, for which {@link KotlinDefaults} takes the default.
 */
final class OptionalHeader implements HandlerMethodArgumentResolver {

    private final HandlerMethodArgumentResolver headers;

    OptionalHeader(HandlerMethodArgumentResolver headers) {
        this.headers = headers;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(Header.class)
                && parameter.getParameterType().isPrimitive()
                && parameter.isOptional();
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
        return headers.resolveArgument(new Boxed(parameter), message);
    }

    private static final class Boxed extends MethodParameter {

        Boxed(MethodParameter original) {
            super(original);
        }

        @Override
        public Class<?> getParameterType() {
            return ClassUtils.resolvePrimitiveIfNecessary(super.getParameterType());
        }
    }
}
