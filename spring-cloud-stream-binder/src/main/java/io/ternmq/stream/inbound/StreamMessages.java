package io.ternmq.stream.inbound;

import io.ternmq.client.Message;
import io.ternmq.spring.support.ReceivedMessage;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.MessageHeaders;

/**
 * Makes Spring's messages of the client's.
 *
 * @param group the group that receives
 * @param mapper turns user properties into headers; {@code null} to leave them out
 * @param nativeDecoding whether the payload is the client's message itself
 */
record StreamMessages(String group, @Nullable TernMQHeaderMapper mapper, boolean nativeDecoding) {

    /** Header of a message whose body is empty, {@code true}; absent otherwise. */
    static final String EMPTY = TernMQHeaders.PREFIX + "emptyPayload";

    org.springframework.messaging.Message<?> one(Message message, AtomicInteger attempts) {
        return MessageBuilder.withPayload(payload(message))
                .copyHeaders(headers(message))
                .setHeader(IntegrationMessageHeaderAccessor.SOURCE_DATA, message)
                .setHeader(IntegrationMessageHeaderAccessor.DELIVERY_ATTEMPT, attempts)
                .build();
    }

    org.springframework.messaging.Message<?> batch(List<Message> messages, AtomicInteger attempts) {
        List<Map<String, Object>> headers = new ArrayList<>(messages.size());
        List<Object> payloads = new ArrayList<>(messages.size());
        for (Message message : messages) {
            headers.add(headers(message));
            payloads.add(payload(message));
        }
        MessageBuilder<List<Object>> builder = MessageBuilder.withPayload(payloads)
                .setHeader(BinderHeaders.BATCH_HEADERS, headers)
                .setHeader(IntegrationMessageHeaderAccessor.SOURCE_DATA, messages)
                .setHeader(IntegrationMessageHeaderAccessor.DELIVERY_ATTEMPT, attempts)
                .setHeader(TernMQHeaders.TOPIC, messages.get(0).getTopic())
                .setHeader(TernMQHeaders.GROUP, group);
        Object contentType = headers.get(0).get(MessageHeaders.CONTENT_TYPE);
        if (contentType != null
                && headers.stream()
                        .allMatch(one -> Objects.equals(contentType, one.get(MessageHeaders.CONTENT_TYPE)))) {
            builder.setHeader(MessageHeaders.CONTENT_TYPE, contentType);
        }
        return builder.build();
    }

    private Object payload(Message message) {
        return nativeDecoding ? message : message.getBody();
    }

    private Map<String, Object> headers(Message message) {
        Map<String, Object> headers = new LinkedHashMap<>();
        if (mapper != null) {
            headers.putAll(mapper.toHeaders(message));
            headers.put(BinderHeaders.NATIVE_HEADERS_PRESENT, true);
        }
        new ReceivedMessage(message, () -> group).getHeaders().forEach((name, value) -> {
            if (name.startsWith(TernMQHeaders.PREFIX)) {
                headers.put(name, value);
            }
        });
        if (message.getBody().length == 0) {
            headers.put(EMPTY, true);
        }
        return headers;
    }
}
