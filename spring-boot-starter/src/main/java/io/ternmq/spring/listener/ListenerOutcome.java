package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the messages of a delivery, when method, error handler, rules and limits have had their say. Of a listener in broadcasting, what is not done is dropped.
 *
 * @param messages what becomes of each, in their order
 * @param failure what the call threw, or kept it from being made, without the exceptions that frameworks put around it; of a batch whose call did not throw, what
 *     kept the first of its messages from being handed over; {@code null} if nothing failed
 * @param threw whether the call threw, or, for a single message, could not be made; not if messages of a batch were not handed over
 */
public record ListenerOutcome(
        List<ConsumeOutcome> messages, @Nullable Throwable failure, boolean threw) {

    public ListenerOutcome {
        messages = List.copyOf(messages);
    }

    /** What is worst for one of the messages: it is a dead letter, or else comes again, or else all are done. */
    public ConsumeOutcome worst() {
        ConsumeOutcome worst = ConsumeOutcome.done();
        for (ConsumeOutcome outcome : messages) {
            if (outcome instanceof ConsumeOutcome.DeadLetter) {
                return outcome;
            }
            if (outcome instanceof ConsumeOutcome.Retry) {
                worst = outcome;
            }
        }
        return worst;
    }
}
