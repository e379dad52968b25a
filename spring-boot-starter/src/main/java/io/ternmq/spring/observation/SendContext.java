package io.ternmq.spring.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.ternmq.client.Message;

/** A send that is observed; the trace's context travels in the message's user properties. */
public final class SendContext extends SenderContext<Message> {

    private final Message message;

    SendContext(Message message) {
        super((carrier, key, value) -> message.putUserProperties(key, value), Kind.PRODUCER);
        this.message = message;
        setCarrier(message);
        setRemoteServiceName("TernMQ");
    }

    /** The message; it has its id when the send has begun to be carried out. */
    public Message message() {
        return message;
    }
}
