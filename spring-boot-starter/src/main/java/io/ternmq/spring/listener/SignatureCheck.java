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
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.ClassUtils;

/** Whether a method can be a listener, found out at start rather than by the first message. */
final class SignatureCheck {

    private static final Set<Class<?>> ONLY_IN_ORDER = Set.of(ConsumeOrderContext.class);
    private static final Set<Class<?>> NOT_IN_ORDER = Set.of(ConsumeContext.class);
    private static final Set<Class<?>> ONLY_IN_BATCHES = Set.of(BatchAcknowledgement.class);

    private SignatureCheck() {}

    static void check(Method method, ListenerKind kind) {
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

    private static void checkSingle(Method method, List<MethodParameter> parameters) {
        long payloads = parameters.stream()
                .filter(parameter -> !isHeader(parameter) && !isGiven(parameter))
                .count();
        if (payloads > 1) {
            throw new IllegalListenerException(
                    method,
                    payloads + " of its parameters could be the payload",
                    "leave one, and mark the others with @" + Header.class.getSimpleName() + "(\"name\")");
        }
    }

    private static void checkBatch(Method method, List<MethodParameter> parameters) {
        long lists = parameters.stream().filter(BatchPayload::isBatch).count();
        long others = parameters.stream()
                .filter(parameter -> !BatchPayload.isBatch(parameter) && !isHeader(parameter) && !isGiven(parameter))
                .count();
        if (lists != 1 || others > 0) {
            throw new IllegalListenerException(
                    method,
                    "it is a batch listener, but takes " + lists + " lists and " + others + " other payloads",
                    "take one List of payloads or messages, or leave out batchSize");
        }
    }

    /** What a method reads the payload as; {@code Object} if it leaves that open. */
    static Class<?> payloadType(Method method) {
        Class<?> wrapped = Object.class;
        for (Parameter each : method.getParameters()) {
            MethodParameter parameter = MethodParameter.forParameter(each);
            if (org.springframework.messaging.Message.class.isAssignableFrom(parameter.getParameterType())) {
                wrapped = BatchPayload.bound(
                                ResolvableType.forMethodParameter(parameter).getGeneric(0))
                        .resolve(Object.class);
            } else if (!isHeader(parameter) && !isGiven(parameter)) {
                return ClassUtils.resolvePrimitiveIfNecessary(
                        parameter.nestedIfOptional().getNestedParameterType());
            }
        }
        return wrapped;
    }

    static MethodParameter batchParameter(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .filter(BatchPayload::isBatch)
                .findFirst()
                .orElseThrow();
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
