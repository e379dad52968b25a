package io.ternmq.spring.listener;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/** A resolver of the application's: it may ask a database that is down now, so that what it throws does not say that the message can never be handled. */
record ApplicationArgument(HandlerMethodArgumentResolver resolver) implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return resolver.supportsParameter(parameter);
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
        try {
            return resolver.resolveArgument(parameter, message);
        } catch (Exception e) {
            ((CallMessage) message).delivery().failedInApplication(e);
            throw e;
        }
    }
}
