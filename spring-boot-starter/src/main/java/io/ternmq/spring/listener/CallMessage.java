package io.ternmq.spring.listener;

import io.ternmq.spring.support.ReceivedMessage;
import io.ternmq.spring.support.TernMQHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/** A delivery as Spring's argument resolvers see it: the message, or what the messages of a batch have in common. */
final class CallMessage implements Message<Object> {

    private final Delivery delivery;
    private final Object payload;
    private final MessageHeaders headers;
    private @Nullable Object continuation;

    private CallMessage(Delivery delivery, Object payload, MessageHeaders headers) {
        this.delivery = delivery;
        this.payload = payload;
        this.headers = headers;
    }

    static CallMessage single(Delivery delivery) {
        ReceivedMessage received = new ReceivedMessage(delivery.message(), delivery.context());
        return new CallMessage(delivery, received.getPayload(), received.getHeaders());
    }

    /**
     * A batch.
     *
     * @param elements what the method gets
     */
    static CallMessage batch(Delivery delivery, List<?> elements) {
        return new CallMessage(
                delivery,
                elements,
                new MessageHeaders(Map.of(
                        TernMQHeaders.TOPIC, delivery.message().getTopic(), TernMQHeaders.GROUP, delivery.group())));
    }

    Delivery delivery() {
        return delivery;
    }

    @Override
    public Object getPayload() {
        return payload;
    }

    @Override
    public MessageHeaders getHeaders() {
        return headers;
    }

    /** Takes the result of a suspend function. */
    Object continuation() {
        Object current = continuation;
        if (current == null) {
            current = new Suspended();
            continuation = current;
        }
        return current;
    }

    /** What the call has returned, or a future of it if the method is a suspend function that was suspended. */
    @Nullable
    Object resultOf(@Nullable Object returned) {
        return continuation == null ? returned : ((Suspended) continuation).resultOf(returned);
    }

    @Override
    public String toString() {
        return "messages=" + delivery.messages() + ", group=" + delivery.group();
    }
}
