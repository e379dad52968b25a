package io.ternmq.spring.listener;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.ReceivedMessage;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Makes listeners that call methods of beans. Arguments are those of spring-messaging, and the client's own message and
 * context. Immutable.
 */
public final class MethodListenerFactory {

    private final DefaultMessageHandlerMethodFactory methods = new DefaultMessageHandlerMethodFactory();

    public MethodListenerFactory(MessageMapper mapper, BeanFactory beanFactory) {
        methods.setMessageConverter(mapper.converter());
        methods.setBeanFactory(beanFactory);
        methods.setCustomArgumentResolvers(List.of(new ClientMessageResolver(), new ConsumeContextResolver()));
        methods.afterPropertiesSet();
    }

    /**
     * Makes a listener.
     *
     * @param method a method that can be called on {@code bean}, also if that is a proxy
     * @throws IllegalListenerException if its parameters or return type make no sense for a listener
     */
    public MessageListener create(Object bean, Method method) {
        checkReturnType(method);
        checkParameters(method);
        return new MethodListener(methods.createInvocableHandlerMethod(bean, method));
    }

    private static void checkReturnType(Method method) {
        Class<?> type = method.getReturnType();
        if (type != void.class && type != Action.class) {
            throw new IllegalListenerException(
                    method, "it returns " + type.getSimpleName(), "return nothing, or an io.ternmq.client.Action");
        }
    }

    private static void checkParameters(Method method) {
        long payloads = Arrays.stream(method.getParameters())
                .filter(parameter -> !AnnotatedElementUtils.isAnnotated(parameter, Header.class)
                        && !AnnotatedElementUtils.isAnnotated(parameter, Headers.class)
                        && !isGiven(parameter.getType()))
                .count();
        if (payloads > 1) {
            throw new IllegalListenerException(
                    method,
                    payloads + " of its parameters could be the payload",
                    "leave one, and mark the others with @" + Header.class.getSimpleName() + "(\"name\")");
        }
        for (var parameter : method.getParameters()) {
            Payload payload = AnnotatedElementUtils.getMergedAnnotation(parameter, Payload.class);
            if (payload != null && !payload.expression().isEmpty()) {
                throw new IllegalListenerException(
                        method, "@Payload has an expression", "take the payload as a whole and read what you need");
            }
        }
    }

    private static boolean isGiven(Class<?> type) {
        return Message.class.isAssignableFrom(type)
                || ConsumeContext.class.isAssignableFrom(type)
                || org.springframework.messaging.Message.class.isAssignableFrom(type)
                || org.springframework.messaging.MessageHeaders.class.isAssignableFrom(type)
                || org.springframework.messaging.support.MessageHeaderAccessor.class.isAssignableFrom(type);
    }

    private static final class ClientMessageResolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Message.class;
        }

        @Override
        public Object resolveArgument(MethodParameter parameter, org.springframework.messaging.Message<?> message) {
            return ((ReceivedMessage) message).message();
        }
    }

    private static final class ConsumeContextResolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == ConsumeContext.class;
        }

        @Override
        public Object resolveArgument(MethodParameter parameter, org.springframework.messaging.Message<?> message) {
            return ((ReceivedMessage) message).context();
        }
    }
}
