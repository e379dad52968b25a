package io.ternmq.spring.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A delivery to a listener that is observed. It goes on in the trace that a message carries in its user properties; a batch of
 * several messages, which may come from as many traces, begins one of its own.
 */
public final class ListenerContext extends ReceiverContext<Message> {

    private final ListenerDelivery delivery;
    private @Nullable ListenerOutcome outcome;

    ListenerContext(ListenerDelivery delivery) {
        super(
                (message, key) -> delivery.messages().size() == 1 && message.hasUserProperties()
                        ? message.getUserProperties(key)
                        : null,
                Kind.CONSUMER);
        this.delivery = delivery;
        setCarrier(delivery.first());
        setRemoteServiceName("TernMQ");
    }

    /** What is delivered to which listener. */
    public ListenerDelivery delivery() {
        return delivery;
    }

    /** What becomes of the messages; {@code null} as long as the listener is at it. */
    public @Nullable ListenerOutcome outcome() {
        return outcome;
    }

    void setOutcome(ListenerOutcome outcome) {
        this.outcome = outcome;
    }
}
