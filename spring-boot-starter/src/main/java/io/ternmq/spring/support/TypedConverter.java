package io.ternmq.spring.support;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.ClassUtils;

/**
 * Tells the receiver of which type a payload is, in a header, and reads a payload as that type where the listener's parameter
 * leaves it open: an interface, a superclass, {@code Object}. What the header names is believed only if the application has
 * given the type an id or trusts its package, and if it is what the parameter wants; otherwise the parameter alone decides.
 * No class is loaded, and none initialized, that is not trusted.
 */
public final class TypedConverter implements SmartMessageConverter {

    private final SmartMessageConverter next;
    private final String header;
    private final Map<String, Class<?>> types;
    private final List<String> trustedPackages;

    /**
     * Makes a converter.
     *
     * @param next writes and reads
     * @param header the user property that has the type
     * @param types the types that have ids, by id
     * @param trustedPackages packages whose classes may be named by their own names; those below them too
     */
    public TypedConverter(
            SmartMessageConverter next, String header, Map<String, Class<?>> types, List<String> trustedPackages) {
        this.next = next;
        this.header = header;
        this.types = Map.copyOf(types);
        this.trustedPackages = List.copyOf(trustedPackages);
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return toMessage(payload, headers, null);
    }

    @Override
    public @Nullable Message<?> toMessage(
            Object payload, @Nullable MessageHeaders headers, @Nullable Object conversionHint) {
        Message<?> message = next.toMessage(payload, headers, conversionHint);
        String type = nameOf(payload.getClass());
        return message == null || type == null
                ? message
                : MessageBuilder.fromMessage(message).setHeader(header, type).build();
    }

    private @Nullable String nameOf(Class<?> type) {
        for (Map.Entry<String, Class<?>> known : types.entrySet()) {
            if (known.getValue() == type) {
                return known.getKey();
            }
        }
        return isTrusted(type.getName()) ? type.getName() : null;
    }

    private boolean isTrusted(String className) {
        return trustedPackages.stream().anyMatch(trusted -> className.startsWith(trusted + "."));
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
        if (!(message.getHeaders().get(header) instanceof String name)) {
            return null;
        }
        Class<?> known = types.get(name);
        if (known != null || !isTrusted(name)) {
            return known;
        }
        try {
            return ClassUtils.forName(name, null);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
