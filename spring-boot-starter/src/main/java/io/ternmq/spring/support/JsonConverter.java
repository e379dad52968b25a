package io.ternmq.spring.support;

import java.lang.reflect.Type;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Objects to and from JSON. Jackson is loaded with the first object and not before: it is most of what an application with this library
 * would otherwise wait for when it starts, whether it sends JSON or not.
 */
final class JsonConverter implements SmartMessageConverter {

    private final Supplier<JsonMapper> mapper;
    private final Supplier<JacksonJsonMessageConverter> jackson;

    JsonConverter(Supplier<JsonMapper> mapper) {
        this.mapper = mapper;
        this.jackson = SingletonSupplier.of(() -> {
            JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter(mapper.get());
            // The listener's parameter decides, not a property that some sender may have set to anything.
            converter.setContentTypeResolver(headers -> null);
            return converter;
        });
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return jackson.get().toMessage(payload, headers);
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers, @Nullable Object hint) {
        return jackson.get().toMessage(payload, headers, hint);
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> type) {
        return jackson.get().fromMessage(message, type);
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> type, @Nullable Object hint) {
        return hint instanceof ParameterizedTypeReference<?> reference && message.getPayload() instanceof byte[] json
                ? generic(message, json, reference.getType())
                : jackson.get().fromMessage(message, type, hint);
    }

    /** Spring's converter knows the generic types of parameters only. */
    private @Nullable Object generic(Message<?> message, byte[] json, Type type) {
        JsonMapper reader = mapper.get();
        try {
            return reader.readValue(json, reader.constructType(type));
        } catch (JacksonException e) {
            throw new MessageConversionException(message, "Could not read JSON: " + e.getMessage(), e);
        }
    }
}
