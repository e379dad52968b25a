package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.Message;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/** The parameters that are not spring-messaging's: the client's objects, acknowledgements, batches, continuations. */
final class Arguments {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private Arguments() {}

    static List<HandlerMethodArgumentResolver> single() {
        return List.of(
                of(Message.class, call -> call.delivery().message()),
                of(ConsumeContext.class, call -> new DeliveryContext(call.delivery())),
                of(ConsumeOrderContext.class, call -> call.delivery().orderContext()),
                of(Acknowledgement.class, call -> call.delivery().acknowledgement()),
                new Resolver(Arguments::isContinuation, CallMessage::continuation));
    }

    static List<HandlerMethodArgumentResolver> batch() {
        return List.of(
                new Resolver(BatchPayload::isBatch, CallMessage::getPayload),
                of(ConsumeContext.class, call -> new BatchContext(call.delivery())),
                of(Acknowledgement.class, call -> call.delivery().acknowledgement()),
                of(BatchAcknowledgement.class, call -> call.delivery().acknowledgement()),
                new Resolver(Arguments::isContinuation, CallMessage::continuation));
    }

    /** Whether the compiler of Kotlin has added the parameter. */
    static boolean isContinuation(MethodParameter parameter) {
        return isContinuation(parameter.getParameterType());
    }

    static boolean isContinuation(Class<?> type) {
        return type.getName().equals(CONTINUATION);
    }

    private static Resolver of(Class<?> type, Function<CallMessage, @Nullable Object> value) {
        return new Resolver(parameter -> parameter.getParameterType() == type, value);
    }

    private record Resolver(Predicate<MethodParameter> supports, Function<CallMessage, @Nullable Object> value)
            implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return supports.test(parameter);
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter, org.springframework.messaging.Message<?> message) {
            return value.apply((CallMessage) message);
        }
    }
}
