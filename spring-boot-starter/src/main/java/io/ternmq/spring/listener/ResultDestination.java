package io.ternmq.spring.listener;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;

/** Where the results of a method go, as its {@code @SendTo} says: always the same, or found out anew for each result. Immutable. */
final class ResultDestination {

    private final String sendTo;
    private final Expression destination;
    private final EvaluationContext context;
    private final boolean batch;

    /**
     * Makes it.
     *
     * @param sendTo what the annotation says
     * @param destination gives {@code topic} or {@code topic:tag}, knowing a {@link ListenerResult}
     * @param batch whether the method is given several messages at once
     */
    ResultDestination(String sendTo, Expression destination, EvaluationContext context, boolean batch) {
        this.sendTo = sendTo;
        this.destination = destination;
        this.context = context;
        this.batch = batch;
    }

    /**
     * The destination of a result, or {@code null} for whoever asked.
     *
     * @throws IllegalStateException if it cannot be found out
     */
    @Nullable
    String of(Delivery delivery, Object result) {
        try {
            String text = destination.getValue(context, known(delivery, result), String.class);
            return text == null || text.isBlank() ? null : text.trim();
        } catch (EvaluationException e) {
            throw new IllegalStateException(
                    "the destination of a listener's result cannot be found out: sendTo="
                            + sendTo + ", result="
                            + result.getClass().getName() + ", reason=" + e.getMessage()
                            + "; correct the expression, which knows request, source and result",
                    e);
        }
    }

    private ListenerResult known(Delivery delivery, Object result) {
        return batch
                ? new ListenerResult(delivery.messages(), CallMessage.batch(delivery, delivery.messages()), result)
                : new ListenerResult(delivery.message(), CallMessage.single(delivery), result);
    }
}
