package io.ternmq.spring.support;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Tells the receiver of which type a payload is, in a header, and reads a payload as that type where the listener's parameter
 * leaves it open: an interface, a superclass, {@code Object}. What the header names is believed only if the application has
 * given the type an id or trusts its package, and if it is what the parameter wants; otherwise the parameter alone decides.
 * No class is loaded, and none initialized, that is not trusted.
 */
public final class TypedConverter implements SmartMessageConverter {

    private final SmartMessageConverter next;
    private final PayloadTypes types;

    /**
     * Makes a converter.
     *
     * @param next writes and reads
     * @param types what types are called
     */
    public TypedConverter(SmartMessageConverter next, PayloadTypes types) {
        this.next = next;
        this.types = types;
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return toMessage(payload, headers, null);
    }

    @Override
    public @Nullable Message<?> toMessage(
            Object payload, @Nullable MessageHeaders headers, @Nullable Object conversionHint) {
        Message<?> message = next.toMessage(payload, headers, conversionHint);
        String type = types.nameOf(payload.getClass());
        return message == null || type == null
                ? message
                : MessageBuilder.fromMessage(message)
                        .setHeader(types.header(), type)
                        .build();
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
        return fromMessage(message, targetClass, null);
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass, @Nullable Object conversionHint) {
        Class<?> type = typeOf(message);
        return type == null || type == targetClass || !targetClass.isAssignableFrom(type)
                ? next.fromMessage(message, targetClass, conversionHint)
                : next.fromMessage(message, type, null);
    }

    private @Nullable Class<?> typeOf(Message<?> message) {
        return message.getHeaders().get(types.header()) instanceof String name ? types.typeOf(name) : null;
    }
}
