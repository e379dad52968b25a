package io.ternmq.spring.core;

import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendResult;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.FailureReply;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.core.MessageRequestReplyOperations;
import org.springframework.messaging.core.MessageSendingOperations;
import org.springframework.messaging.support.MessageBuilder;

/** {@link MessageTemplate} on a producer: map, then send. */
final class ProducerMessageTemplate implements MessageTemplate {

    private final Supplier<? extends Producer> producer;
    private final InterceptedSends sends;
    private final MessageMapper mapper;

    ProducerMessageTemplate(
            Supplier<? extends Producer> producer, MessageMapper mapper, List<SendInterceptor> interceptors) {
        this.producer = producer;
        this.sends = new InterceptedSends(producer, interceptors);
        this.mapper = mapper;
    }

    @Override
    public SendResult convertAndSend(String destination, Object payload) {
        return convertAndSend(destination, payload, Map.of());
    }

    @Override
    public SendResult convertAndSend(String destination, Object payload, Map<String, ?> headers) {
        return sends.send(message(Destination.parse(destination), payload, headers));
    }

    @Override
    public SendResult send(org.springframework.messaging.Message<?> message) {
        return sends.send(message(null, message, Map.of()));
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(String destination, Object payload) {
        return destination(destination).sendAsync(payload);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(org.springframework.messaging.Message<?> message) {
        return sendAsync(null, message, Map.of());
    }

    @Override
    public void sendOneway(String destination, Object payload) {
        destination(destination).sendOneway(payload);
    }

    @Override
    public List<SendResult> sendAll(String destination, Collection<?> payloads) {
        return sends.send(messages(destination, payloads));
    }

    @Override
    public CompletableFuture<List<SendResult>> sendAllAsync(String destination, Collection<?> payloads) {
        try {
            return sends.sendAsync(messages(destination, payloads));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<Message> messages(String destination, Collection<?> payloads) {
        Destination target = Destination.parse(destination);
        List<Message> messages = new ArrayList<>(payloads.size());
        payloads.forEach(payload -> messages.add(message(target, payload, Map.of())));
        return messages;
    }

    @Override
    public <T> T sendAndReceive(String destination, Object payload, Class<T> replyType, Duration timeout) {
        return destination(destination).sendAndReceive(payload, replyType, timeout);
    }

    @Override
    public <T> T sendAndReceive(
            String destination, Object payload, ParameterizedTypeReference<T> replyType, Duration timeout) {
        return destination(destination).sendAndReceive(payload, replyType, timeout);
    }

    @Override
    public <T> CompletableFuture<T> sendAndReceiveAsync(
            String destination, Object payload, Class<T> replyType, Duration timeout) {
        return sendAndReceiveAsync(destination, payload, ParameterizedTypeReference.forType(replyType), timeout);
    }

    @Override
    public <T> CompletableFuture<T> sendAndReceiveAsync(
            String destination, Object payload, ParameterizedTypeReference<T> replyType, Duration timeout) {
        return requestAsync(() -> Destination.parse(destination), payload, Map.of(), replyType, timeout);
    }

    private Message request(Destination destination, Object payload, Map<String, ?> headers, Duration timeout) {
        return succeeded(sends.request(message(destination, payload, headers), timeout));
    }

    private <T> CompletableFuture<T> requestAsync(
            Supplier<Destination> destination,
            Object payload,
            Map<String, ?> headers,
            ParameterizedTypeReference<T> replyType,
            Duration timeout) {
        try {
            return sends.requestAsync(message(destination.get(), payload, headers), timeout)
                    .thenApply(reply -> read(succeeded(reply), replyType));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Message succeeded(Message reply) {
        String failure = FailureReply.typeOf(reply);
        if (failure != null) {
            throw new RemoteListenerException(failure, FailureReply.textOf(reply));
        }
        return reply;
    }

    private <T> T read(Message reply, ParameterizedTypeReference<T> type) {
        T converted = mapper.read(MessageBuilder.withPayload(reply.getBody()).build(), type);
        if (converted == null) {
            throw new MessageConversionException("reply cannot be converted: type="
                    + type.getType().getTypeName() + ", bytes=" + reply.getBody().length
                    + "; ask for text, bytes or a type that the MessageMapper can read");
        }
        return converted;
    }

    @Override
    public RecallOutcome cancel(SendResult sent) {
        return producer.get().recall(sent.getTopic(), handle(sent));
    }

    @Override
    public RescheduleResult reschedule(SendResult sent, Instant deliverAt) {
        return producer.get().reschedule(sent.getTopic(), handle(sent), deliverAt);
    }

    private static String handle(SendResult sent) {
        String handle = sent.getRecallHandle();
        if (handle == null) {
            throw new IllegalArgumentException("message cannot be taken back: topic=" + sent.getTopic() + ", messageId="
                    + sent.getMessageId() + "; only one that was sent with a delivery time can, to a broker that"
                    + " offers it");
        }
        return handle;
    }

    @Override
    public MessageSendingOperations<String> operations(String defaultDestination) {
        Destination.parse(defaultDestination);
        return new SendingOperations(this, mapper, defaultDestination);
    }

    @Override
    public MessageRequestReplyOperations<String> requestOperations(String defaultDestination, Duration timeout) {
        Destination.parse(defaultDestination);
        return new RequestOperations(
                (destination, payload) -> request(Destination.parse(destination), payload, Map.of(), timeout),
                mapper,
                defaultDestination);
    }

    @Override
    public Outgoing destination(String destination) {
        return new Draft(Destination.parse(destination));
    }

    private CompletableFuture<SendResult> sendAsync(
            @Nullable Destination destination, Object payload, Map<String, ?> headers) {
        try {
            return sends.sendAsync(message(destination, payload, headers));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Message message(@Nullable Destination destination, Object payload, Map<String, ?> headers) {
        if (payload instanceof org.springframework.messaging.Message<?> given) {
            Map<String, Object> all = new LinkedHashMap<>(given.getHeaders());
            all.putAll(headers);
            return mapper.toMessage(destination, given.getPayload(), all);
        }
        return mapper.toMessage(destination, payload, headers);
    }

    private final class Draft implements Outgoing {

        private final Destination destination;
        private final List<String> keys = new ArrayList<>(1);
        private final Map<String, Object> headers = new LinkedHashMap<>();

        Draft(Destination destination) {
            this.destination = destination;
        }

        @Override
        public Outgoing key(Object key) {
            keys.add(key.toString());
            return header(TernMQHeaders.KEYS, keys);
        }

        @Override
        public Outgoing shardingKey(String shardingKey) {
            return header(TernMQHeaders.SHARDING_KEY, shardingKey);
        }

        @Override
        public Outgoing header(String name, Object value) {
            headers.put(name, value);
            return this;
        }

        @Override
        public Outgoing deliverAt(Instant time) {
            return header(TernMQHeaders.DELIVER_AT, time);
        }

        @Override
        public Outgoing delay(Duration delay) {
            return deliverAt(Instant.now().plus(delay));
        }

        @Override
        public SendResult send(Object payload) {
            return sends.send(message(destination, payload, headers));
        }

        @Override
        public CompletableFuture<SendResult> sendAsync(Object payload) {
            return ProducerMessageTemplate.this.sendAsync(destination, payload, headers);
        }

        @Override
        public void sendOneway(Object payload) {
            sends.sendOneway(message(destination, payload, headers));
        }

        @Override
        public <T> T sendAndReceive(Object payload, Class<T> replyType, Duration timeout) {
            return sendAndReceive(payload, ParameterizedTypeReference.forType(replyType), timeout);
        }

        @Override
        public <T> T sendAndReceive(Object payload, ParameterizedTypeReference<T> replyType, Duration timeout) {
            return read(request(destination, payload, headers, timeout), replyType);
        }

        @Override
        public <T> CompletableFuture<T> sendAndReceiveAsync(Object payload, Class<T> replyType, Duration timeout) {
            return sendAndReceiveAsync(payload, ParameterizedTypeReference.forType(replyType), timeout);
        }

        @Override
        public <T> CompletableFuture<T> sendAndReceiveAsync(
                Object payload, ParameterizedTypeReference<T> replyType, Duration timeout) {
            return requestAsync(() -> destination, payload, headers, replyType, timeout);
        }
    }
}
