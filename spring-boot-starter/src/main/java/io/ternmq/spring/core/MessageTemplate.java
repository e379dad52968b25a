package io.ternmq.spring.core;

import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendResult;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.core.MessageRequestReplyOperations;
import org.springframework.messaging.core.MessageSendingOperations;

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
        return create(() -> producer, mapper, interceptors);
    }

    /**
     * A template that asks for its producer when it first sends.
     *
     * @param producer called for each send, so that it has to remember what it made; what it throws is thrown by the send
     */
    static MessageTemplate create(
            Supplier<? extends Producer> producer, MessageMapper mapper, List<SendInterceptor> interceptors) {
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

    /**
     * Sends several payloads to one queue, in the given order, and waits until the broker has stored them: all, or none, as far as they fit into
     * one request.
     *
     * @return one result for each payload
     */
    List<SendResult> sendAll(String destination, Collection<?> payloads);

    /** Sends several payloads as {@link #sendAll} without waiting. */
    CompletableFuture<List<SendResult>> sendAllAsync(String destination, Collection<?> payloads);

    /**
     * Sends a request and waits for the reply of a consumer.
     *
     * @param replyType what the reply is read as
     * @param timeout for both ways together
     * @throws io.ternmq.client.MQClientException also if no reply has come in time
     * @throws RemoteListenerException if the listener has failed, and returns its exceptions
     */
    <T> T sendAndReceive(String destination, Object payload, Class<T> replyType, Duration timeout);

    /**
     * Sends a request and waits for a reply of a generic type: {@code new ParameterizedTypeReference<List<Order>>() {}}.
     *
     * @see #sendAndReceive(String, Object, Class, Duration)
     */
    <T> T sendAndReceive(String destination, Object payload, ParameterizedTypeReference<T> replyType, Duration timeout);

    /** Sends a request as {@link #sendAndReceive} without waiting. */
    <T> CompletableFuture<T> sendAndReceiveAsync(
            String destination, Object payload, Class<T> replyType, Duration timeout);

    /** Sends a request for a reply of a generic type without waiting. */
    <T> CompletableFuture<T> sendAndReceiveAsync(
            String destination, Object payload, ParameterizedTypeReference<T> replyType, Duration timeout);

    /**
     * Takes a message back that waits for its delivery time, and waits for what became of it.
     *
     * @param sent the result of its send
     * @throws IllegalArgumentException if the message does not wait, or its broker takes none back
     */
    RecallOutcome cancel(SendResult sent);

    /**
     * Lets a message that waits for its delivery time be delivered at another time instead; only TernMQ brokers can do that.
     *
     * @param sent the result of its send
     * @throws IllegalArgumentException if the message does not wait
     */
    RescheduleResult reschedule(SendResult sent, Instant deliverAt);

    /**
     * This template as spring-messaging knows it, for code that is written for any messaging system. A Spring {@link Message} that is given
     * to it is converted like a payload; what fails is thrown as {@link org.springframework.messaging.MessagingException}.
     *
     * @param defaultDestination where to send what names no destination
     */
    MessageSendingOperations<String> operations(String defaultDestination);

    /**
     * The requests of this template as spring-messaging knows them, with what {@link #operations} says. A listener that has failed, and returns its
     * exceptions, is the cause of what is thrown.
     *
     * @param defaultDestination where to send what names no destination
     * @param timeout of each request, for both ways together
     */
    MessageRequestReplyOperations<String> requestOperations(String defaultDestination, Duration timeout);

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

        /**
         * Sends a request and waits for the reply of a consumer.
         *
         * @see MessageTemplate#sendAndReceive(String, Object, Class, Duration)
         */
        <T> T sendAndReceive(Object payload, Class<T> replyType, Duration timeout);

        /** Sends a request and waits for a reply of a generic type. */
        <T> T sendAndReceive(Object payload, ParameterizedTypeReference<T> replyType, Duration timeout);

        /** Sends a request without waiting. */
        <T> CompletableFuture<T> sendAndReceiveAsync(Object payload, Class<T> replyType, Duration timeout);

        /** Sends a request for a reply of a generic type without waiting. */
        <T> CompletableFuture<T> sendAndReceiveAsync(
                Object payload, ParameterizedTypeReference<T> replyType, Duration timeout);
    }
}
