package io.ternmq.spring.support;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.support.MessageBuilder;

/** Leaves bytes as they are and writes text as UTF-8, whatever the content type says; leaves the rest to others. */
final class TextAndBytesConverter implements MessageConverter {

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
        if (!(message.getPayload() instanceof byte[] bytes)) {
            return targetClass.isInstance(message.getPayload()) ? message.getPayload() : null;
        }
        if (targetClass == byte[].class) {
            return bytes;
        }
        return targetClass == String.class || targetClass == CharSequence.class
                ? new String(bytes, StandardCharsets.UTF_8)
                : null;
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        byte[] bytes;
        if (payload instanceof byte[] given) {
            bytes = given;
        } else if (payload instanceof CharSequence text) {
            bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        } else {
            return null;
        }
        return MessageBuilder.createMessage(bytes, headers == null ? new MessageHeaders(null) : headers);
    }
}
