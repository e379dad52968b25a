package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.Message;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.ClassUtils;

/** Whether a method can be a listener, found out at start rather than by the first message. */
final class SignatureCheck {

    private static final Set<Class<?>> ONLY_IN_ORDER = Set.of(ConsumeOrderContext.class);
    private static final Set<Class<?>> NOT_IN_ORDER = Set.of(ConsumeContext.class);
    private static final Set<Class<?>> ONLY_IN_BATCHES = Set.of(BatchAcknowledgement.class);

    private final HandlerMethodArgumentResolverComposite resolvers = new HandlerMethodArgumentResolverComposite();

    /**
     * Makes a check.
     *
     * @param resolvers the application's own; what they support is not the payload
     */
    SignatureCheck(List<HandlerMethodArgumentResolver> resolvers) {
        this.resolvers.addResolvers(resolvers);
    }

    void check(Method method, ListenerKind kind) {
        checkReturnType(method);
        List<MethodParameter> parameters = Arrays.stream(method.getParameters())
                .map(MethodParameter::forParameter)
                .toList();
        parameters.forEach(parameter -> checkParameter(method, parameter, kind));
        if (kind == ListenerKind.BATCH) {
            checkBatch(method, parameters);
        } else {
            checkSingle(method, parameters);
        }
    }

    private static void checkReturnType(Method method) {
        if (Awaiting.isStream(method.getReturnType())) {
            throw new IllegalListenerException(
                    method,
                    "it returns a stream, " + method.getReturnType().getSimpleName(),
                    "return its end, a Mono, such as by .then()");
        }
    }

    private static void checkParameter(Method method, MethodParameter parameter, ListenerKind kind) {
        Class<?> type = parameter.getParameterType();
        if (ONLY_IN_ORDER.contains(type) && kind != ListenerKind.ORDERED) {
            throw misplaced(method, type, "it does not receive in order", "ConsumeContext, or set ordered=\"true\"");
        }
        if (NOT_IN_ORDER.contains(type) && kind == ListenerKind.ORDERED) {
            throw misplaced(method, type, "it receives in order", "ConsumeOrderContext");
        }
        if (ONLY_IN_BATCHES.contains(type) && kind != ListenerKind.BATCH) {
            throw misplaced(method, type, "it does not receive batches", "Acknowledgement, or set batchSize");
        }
        Payload payload = AnnotatedElementUtils.findMergedAnnotation(parameter.getParameter(), Payload.class);
        if (payload != null && !payload.expression().isEmpty()) {
            throw new IllegalListenerException(
                    method, "@Payload has an expression", "take the payload as a whole and read what you need");
        }
    }

    private static IllegalListenerException misplaced(Method method, Class<?> type, String reason, String instead) {
        return new IllegalListenerException(
                method, "it asks for a " + type.getSimpleName() + ", but " + reason, "ask for a " + instead);
    }

    private void checkSingle(Method method, List<MethodParameter> parameters) {
        long payloads = parameters.stream()
                .filter(parameter -> !isHeader(parameter) && !isGiven(parameter) && !isResolved(parameter))
                .count();
        if (payloads > 1) {
            throw new IllegalListenerException(
                    method,
                    payloads + " of its parameters could be the payload",
                    "leave one, and mark the others with @" + Header.class.getSimpleName() + "(\"name\"), or define a "
                            + HandlerMethodArgumentResolver.class.getSimpleName() + " bean for them");
        }
    }

    private void checkBatch(Method method, List<MethodParameter> parameters) {
        long lists = parameters.stream().filter(this::isBatch).count();
        long others = parameters.stream()
                .filter(parameter ->
                        !isBatch(parameter) && !isHeader(parameter) && !isGiven(parameter) && !isResolved(parameter))
                .count();
        if (lists != 1 || others > 0) {
            throw new IllegalListenerException(
                    method,
                    "it is a batch listener, but takes " + lists + " lists and " + others + " other payloads",
                    "take one List of payloads or messages, or leave out batchSize");
        }
    }

    /** What a method reads the payload as; {@code Object} if it leaves that open. */
    Class<?> payloadType(Method method) {
        Class<?> wrapped = Object.class;
        for (Parameter each : method.getParameters()) {
            MethodParameter parameter = MethodParameter.forParameter(each);
            if (org.springframework.messaging.Message.class.isAssignableFrom(parameter.getParameterType())) {
                wrapped = BatchPayload.bound(
                                ResolvableType.forMethodParameter(parameter).getGeneric(0))
                        .resolve(Object.class);
            } else if (!isHeader(parameter) && !isGiven(parameter) && !isResolved(parameter)) {
                return ClassUtils.resolvePrimitiveIfNecessary(
                        parameter.nestedIfOptional().getNestedParameterType());
            }
        }
        return wrapped;
    }

    MethodParameter batchParameter(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .filter(this::isBatch)
                .findFirst()
                .orElseThrow();
    }

    private boolean isBatch(MethodParameter parameter) {
        return BatchPayload.isBatch(parameter) && !isResolved(parameter);
    }

    /** Whether it is the application's own affair. */
    private boolean isResolved(MethodParameter parameter) {
        return resolvers.supportsParameter(parameter);
    }

    private static boolean isHeader(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class);
    }

    private static boolean isGiven(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return Message.class.isAssignableFrom(type)
                || ConsumeContext.class.isAssignableFrom(type)
                || ConsumeOrderContext.class.isAssignableFrom(type)
                || Acknowledgement.class.isAssignableFrom(type)
                || org.springframework.messaging.Message.class.isAssignableFrom(type)
                || MessageHeaders.class.isAssignableFrom(type)
                || MessageHeaderAccessor.class.isAssignableFrom(type)
                || Arguments.isContinuation(parameter);
    }
}
