package io.ternmq.spring.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.ternmq.client.Action;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.spring.listener.ListenerCall;
import org.jspecify.annotations.Nullable;

/**
 * A listener's call that is observed. It goes on in the trace that a message carries in its user properties; a batch of
 * several messages, which may come from as many traces, begins one of its own.
 */
public final class ListenerContext extends ReceiverContext<Message> {

    private final ListenerCall call;
    private @Nullable Object result;

    ListenerContext(ListenerCall call) {
        super(
                (message, key) -> call.messages().size() == 1 && message.hasUserProperties()
                        ? message.getUserProperties(key)
                        : null,
                Kind.CONSUMER);
        this.call = call;
        setCarrier(call.messages().get(0));
        setRemoteServiceName("TernMQ");
    }

    /** The call. */
    public ListenerCall call() {
        return call;
    }

    void setResult(@Nullable Object result) {
        this.result = result;
    }

    /** Whether the method asked for the messages to come again, instead of throwing. */
    boolean isRetryWanted() {
        return result == Action.ReconsumeLater || result == OrderAction.Suspend;
    }
}
