package io.ternmq.spring.support;

import io.ternmq.client.Message;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.CompositeMessageConverter;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.util.MimeType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns payloads and headers into messages of the client, and owns the conversion of payloads in both directions.
 * Immutable and safe for use by many threads. An application that wants other formats than JSON defines a bean of this
 * class with its own converters.
 */
public final class MessageMapper {

    /** Headers that describe a delivery, or Spring's own plumbing; they are not sent on. */
    private static final Set<String> NOT_SENT = Set.of(
            MessageHeaders.ID,
            MessageHeaders.TIMESTAMP,
            MessageHeaders.REPLY_CHANNEL,
            MessageHeaders.ERROR_CHANNEL,
            "nativeHeaders",
            TernMQHeaders.TOPIC,
            TernMQHeaders.TAGS,
            TernMQHeaders.KEYS,
            TernMQHeaders.SHARDING_KEY,
            TernMQHeaders.DELIVER_AT,
            TernMQHeaders.MESSAGE_ID,
            TernMQHeaders.RECONSUME_TIMES,
            TernMQHeaders.BORN_TIMESTAMP,
            TernMQHeaders.BORN_HOST,
            TernMQHeaders.STORE_TIMESTAMP,
            TernMQHeaders.BROKER_NAME,
            TernMQHeaders.QUEUE_ID,
            TernMQHeaders.OFFSET,
            TernMQHeaders.GROUP,
            TernMQHeaders.ORIGINAL_TOPIC,
            TernMQHeaders.DEAD_LETTER_REASON);

    private final SmartMessageConverter converter;

    /**
     * Text and bytes are sent as they are; everything else goes to the given converters, the first that can wins.
     *
     * @param converters between objects and {@code byte[]}
     */
    public MessageMapper(MessageConverter... converters) {
        this.converter = new CompositeMessageConverter(
                Stream.concat(Stream.of(new TextAndBytesConverter()), Arrays.stream(converters))
                        .toList());
    }

    /** Text and bytes are sent as they are, everything else as JSON. What is received is read as the listener's type. */
    public static MessageMapper json(JsonMapper jsonMapper) {
        return json(() -> jsonMapper, List.of(), UnaryOperator.identity());
    }

    /**
     * The same, with converters that are asked before JSON is.
     *
     * @param jsonMapper asked for once, with the first payload that is none of text and bytes
     * @param first asked in this order
     * @param around wraps the conversion to and from JSON
     */
    public static MessageMapper json(
            Supplier<JsonMapper> jsonMapper,
            List<? extends MessageConverter> first,
            UnaryOperator<SmartMessageConverter> around) {
        SmartMessageConverter json = new JsonConverter(jsonMapper);
        return new MessageMapper(
                Stream.concat(first.stream(), Stream.of(around.apply(json))).toArray(MessageConverter[]::new));
    }

    /** The conversion between payloads and {@code byte[]}. */
    public MessageConverter converter() {
        return converter;
    }

    /**
     * Reads a payload as a type, which may be a generic one.
     *
     * @param type converters of the application's own get it as conversion hint if it is generic
     * @return {@code null} if no converter can
     */
    @SuppressWarnings("unchecked") // Converters give what they are asked for.
    public <T> @Nullable T read(org.springframework.messaging.Message<?> message, ParameterizedTypeReference<T> type) {
        if (type.getType() instanceof Class<?> plain) {
            return (T) converter.fromMessage(message, plain);
        }
        Class<?> raw = ResolvableType.forType(type).resolve(Object.class);
        return (T) converter.fromMessage(message, raw, type);
    }

    /**
     * Makes the message to send. Headers become user properties, except those of {@link TernMQHeaders}.
     *
     * @param destination where to; {@code null} to take it from {@link TernMQHeaders#TOPIC}
     * @throws IllegalArgumentException if there is no destination, or a header cannot be sent as text
     * @throws MessageConversionException if no converter can write the payload
     */
    public Message toMessage(@Nullable Destination destination, Object payload, Map<String, ?> headers) {
        MessageHeaders given = new MessageHeaders(new LinkedHashMap<>(headers));
        org.springframework.messaging.Message<?> converted = converter.toMessage(payload, given);
        if (converted == null || !(converted.getPayload() instanceof byte[] body)) {
            throw new PayloadNotWritableException(payload, String.valueOf(destination));
        }
        Destination target = destination(destination, given);
        Message message = new Message(target.topic(), target.tag(), keys(given.get(TernMQHeaders.KEYS)), body);
        Object shardingKey = given.get(TernMQHeaders.SHARDING_KEY);
        message.setShardingKey(shardingKey == null ? null : shardingKey.toString());
        message.setStartDeliverTime(deliverAt(given.get(TernMQHeaders.DELIVER_AT)));
        converted.getHeaders().forEach((name, value) -> {
            if (!NOT_SENT.contains(name)) {
                message.putUserProperties(name, text(name, value));
            }
        });
        return message;
    }

    private static Destination destination(@Nullable Destination destination, MessageHeaders headers) {
        Destination target = destination;
        if (target == null) {
            if (!(headers.get(TernMQHeaders.TOPIC) instanceof String topic)) {
                throw new IllegalArgumentException("message has no destination: header " + TernMQHeaders.TOPIC
                        + " is missing; set it to \"topic\" or \"topic:tag\", or name the destination in the call");
            }
            target = Destination.parse(topic);
        }
        return target.tag().isEmpty() && headers.get(TernMQHeaders.TAGS) instanceof String tag
                ? new Destination(target.topic(), tag)
                : target;
    }

    private static String keys(@Nullable Object keys) {
        if (keys instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
        return keys == null ? "" : keys.toString();
    }

    private static long deliverAt(@Nullable Object time) {
        if (time == null) {
            return 0;
        }
        if (time instanceof Instant instant) {
            return instant.toEpochMilli();
        }
        if (time instanceof Number millis) {
            return millis.longValue();
        }
        throw new IllegalArgumentException("illegal header: " + TernMQHeaders.DELIVER_AT + "=" + time
                + "; give an Instant, or milliseconds since the epoch");
    }

    private static String text(String name, Object value) {
        if (value instanceof MimeType || BeanUtils.isSimpleValueType(value.getClass())) {
            return value.toString();
        }
        throw new IllegalArgumentException("header cannot be sent as text: header=" + name + ", type="
                + value.getClass().getName() + "; give a text, a number or another simple value");
    }

    @Override
    public String toString() {
        return "MessageMapper" + List.of(converter);
    }
}
