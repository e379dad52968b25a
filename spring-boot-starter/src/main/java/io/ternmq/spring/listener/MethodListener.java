package io.ternmq.spring.listener;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.OrderAction;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls a bean's method with what it asks for. */
final class MethodListener implements Callee {

    private final ListenerMethod method;
    private final Method declared;
    private final @Nullable BatchPayload batch;
    private final @Nullable ResultDestination sendTo;

    /**
     * Makes it.
     *
     * @param method what is called, a method of the bean's proxy if it has one
     * @param declared the same method where it is declared, with its annotations
     */
    MethodListener(
            ListenerMethod method, Method declared, @Nullable BatchPayload batch, @Nullable ResultDestination sendTo) {
        this.method = method;
        this.declared = declared;
        this.batch = batch;
        this.sendTo = sendTo;
    }

    @Override
    public Object bean() {
        return method.getBean();
    }

    @Override
    public Method method() {
        return declared;
    }

    @Override
    public @Nullable ResultDestination sendTo() {
        return sendTo;
    }

    @Override
    public @Nullable Object call(Delivery delivery) throws Exception {
        CallMessage message;
        if (batch == null) {
            message = CallMessage.single(delivery);
        } else {
            List<Object> elements = batch.read(delivery);
            if (elements.isEmpty()) {
                return null;
            }
            message = CallMessage.batch(delivery, elements);
        }
        Object result = message.resultOf(method.invoke(message));
        return result == null && mustDecide() ? Action.ReconsumeLater : result;
    }

    /** Where a method says what becomes of a message, saying nothing means again, as it does for the client. */
    private boolean mustDecide() {
        Class<?> type = method.getMethod().getReturnType();
        return type == Action.class || type == OrderAction.class || ConsumeOutcome.class.isAssignableFrom(type);
    }
}
