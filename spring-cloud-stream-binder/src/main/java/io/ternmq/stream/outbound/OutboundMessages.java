package io.ternmq.stream.outbound;

import io.ternmq.client.Message;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.stream.headers.SpecialHeader;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.properties.TernMQProducerProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;

/**
 * Makes the client's messages of Spring's.
 *
 * @param topic where to
 * @param mapper turns headers into user properties; {@code null} to leave them out
 * @param converter writes payloads that are neither bytes nor text
 */
record OutboundMessages(
        String topic,
        TernMQProducerProperties properties,
        @Nullable TernMQHeaderMapper mapper,
        MessageConverter converter,
        Clock clock) {

    Message toMessage(org.springframework.messaging.Message<?> given) {
        MessageHeaders headers = given.getHeaders();
        Message message = given.getPayload() instanceof Message own ? copy(own) : new Message(topic, null, body(given));
        if (mapper != null) {
            Properties own = message.getUserProperties();
            mapper.toProperties(headers).forEach(own::putIfAbsent);
        }
        String tag = text(SpecialHeader.TAGS.of(headers));
        if (message.getTag().isEmpty()) {
            message.setTag(tag == null ? properties.getTag() : tag);
        }
        if (message.getKey().isEmpty()) {
            message.setKey(text(SpecialHeader.KEYS.of(headers)));
        }
        if (message.getShardingKey().isEmpty()) {
            message.setShardingKey(text(headers.get(TernMQHeaders.SHARDING_KEY)));
        }
        Object level = SpecialHeader.DELAY_LEVEL.of(headers);
        if (level != null) {
            message.setDelayLevel(level(given, level));
        } else {
            message.setStartDeliverTime(deliverAt(headers.get(TernMQHeaders.DELIVER_AT)));
        }
        return message;
    }

    /** It may be one that was received, whose id and delivery are not to be sent again. */
    private Message copy(Message own) {
        Message message = new Message(topic, own.getTag(), own.getKey(), own.getBody());
        message.setShardingKey(own.getShardingKey());
        message.getUserProperties().putAll(own.getUserProperties());
        return message;
    }

    private byte[] body(org.springframework.messaging.Message<?> given) {
        Object payload = given.getPayload();
        if (payload instanceof byte[] bytes) {
            return bytes;
        }
        if (payload instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        org.springframework.messaging.Message<?> converted = converter.toMessage(payload, given.getHeaders());
        if (converted != null && converted.getPayload() instanceof byte[] bytes) {
            return bytes;
        }
        throw new MessageHandlingException(
                given,
                "payload cannot be converted to bytes: type="
                        + payload.getClass().getName() + ", topic=" + topic
                        + "; switch native encoding off, send bytes or text, or define a MessageMapper bean with a"
                        + " converter for the type");
    }

    private static int level(org.springframework.messaging.Message<?> given, Object level) {
        try {
            return Integer.parseInt(level.toString());
        } catch (NumberFormatException e) {
            throw new MessageHandlingException(
                    given, "illegal header: delay level=" + level + "; it must be a number from 0 to 18", e);
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
        return value == null ? null : value.toString();
    }

    private long deliverAt(@Nullable Object header) {
        if (header instanceof Instant instant) {
            return instant.toEpochMilli();
        }
        if (header instanceof Number millis) {
            return millis.longValue();
        }
        Duration delay = properties.getDelay();
        return delay == null ? 0 : clock.instant().plus(delay).toEpochMilli();
    }
}
