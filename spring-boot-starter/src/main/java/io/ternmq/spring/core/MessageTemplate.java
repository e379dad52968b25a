package io.ternmq.spring.core;

import io.ternmq.client.Producer;
import io.ternmq.client.SendResult;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;

/**
 * Sends objects as messages. Safe for use by many threads.
 *
 * <p>A destination is {@code topic} or {@code topic:tag}. A payload is text, bytes or an object, which the {@link
 * MessageMapper} writes, as JSON by default; a Spring {@link Message} brings its headers along. Headers become user
 * properties, except those of {@link TernMQHeaders}.
 *
 * <p>The methods that wait throw {@link io.ternmq.client.MQClientException} when the message was not stored, all methods
 * {@link MessageConversionException} or {@link IllegalArgumentException} when there is no message to send; in the
 * asynchronous ones all of these arrive in the future.
 */
public interface MessageTemplate {

    /** A template that sends by the given producer, which stays the caller's to start and shut down. */
    static MessageTemplate create(Producer producer, MessageMapper mapper) {
        return create(producer, mapper, List.of());
    }

    /** A template that sends by the given producer and tells the interceptors, the first outermost. */
    static MessageTemplate create(Producer producer, MessageMapper mapper, List<SendInterceptor> interceptors) {
        return new ProducerMessageTemplate(producer, mapper, interceptors);
    }

    /** Sends and waits until the broker has stored the message. */
    SendResult convertAndSend(String destination, Object payload);

    /** Sends with headers and waits until the broker has stored the message. */
    SendResult convertAndSend(String destination, Object payload, Map<String, ?> headers);

    /** Sends to the destination in {@link TernMQHeaders#TOPIC} and waits until the broker has stored the message. */
    SendResult send(Message<?> message);

    /** Sends without waiting. */
    CompletableFuture<SendResult> sendAsync(String destination, Object payload);

    /** Sends to the destination in {@link TernMQHeaders#TOPIC} without waiting. */
    CompletableFuture<SendResult> sendAsync(Message<?> message);

    /** Sends without waiting for an answer: nobody learns whether the broker has stored the message. */
    void sendOneway(String destination, Object payload);

    /** Begins a message with more to it than a payload: {@code destination("orders:create").key(id).send(order)}. */
    Outgoing destination(String destination);

    /** Collects what goes with a payload; one message, one thread. */
    interface Outgoing {

        /** Adds a business key by which the message can be looked up, such as an order's number. */
        Outgoing key(Object key);

        /** Messages with the same sharding key stay in order. */
        Outgoing shardingKey(String shardingKey);

        /** Adds a header. */
        Outgoing header(String name, Object value);

        /** Not to be delivered before {@code time}. */
        Outgoing deliverAt(Instant time);

        /** Not to be delivered before {@code delay} has passed. */
        Outgoing delay(Duration delay);

        /** Sends and waits until the broker has stored the message. */
        SendResult send(Object payload);

        /** Sends without waiting. */
        CompletableFuture<SendResult> sendAsync(Object payload);

        /** Sends without waiting for an answer. */
        void sendOneway(Object payload);
    }
}
