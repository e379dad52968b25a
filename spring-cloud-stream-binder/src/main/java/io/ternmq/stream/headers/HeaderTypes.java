package io.ternmq.stream.headers;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The types that headers keep on their way. The sender only chooses among these, so it cannot make the receiver load a class. */
enum HeaderTypes {
    INT(Integer.class),
    LONG(Long.class),
    SHORT(Short.class),
    BYTE(Byte.class),
    DOUBLE(Double.class),
    FLOAT(Float.class),
    BOOLEAN(Boolean.class),
    DECIMAL(BigDecimal.class),
    INTEGER(BigInteger.class),
    UUID(java.util.UUID.class),
    INSTANT(Instant.class),
    DURATION(Duration.class),
    BYTES(byte[].class),
    /** Everything else that can be written as JSON; it comes back as map, list, text, number or truth value. */
    JSON(Object.class);

    private final Class<?> type;

    HeaderTypes(Class<?> type) {
        this.type = type;
    }

    static HeaderTypes of(Object value) {
        for (HeaderTypes candidate : values()) {
            if (candidate.type == value.getClass()) {
                return candidate;
            }
        }
        return JSON;
    }

    /** The type of this name, or {@code null} for one that is not known here. */
    static @Nullable HeaderTypes named(String name) {
        for (HeaderTypes candidate : values()) {
            if (candidate.tag().equals(name)) {
                return candidate;
            }
        }
        return null;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value as text, or {@code null} if it cannot be told as text. */
    @Nullable
    String write(Object value, JsonMapper json) {
        if (this == BYTES) {
            return Base64.getEncoder().encodeToString((byte[]) value);
        }
        if (this != JSON) {
            return value.toString();
        }
        try {
            return json.writeValueAsString(value);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The value of a text; the text itself if it is none of this type. */
    Object read(String text, JsonMapper json) {
        try {
            return switch (this) {
                case INT -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case SHORT -> Short.valueOf(text);
                case BYTE -> Byte.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
                case DECIMAL -> new BigDecimal(text);
                case INTEGER -> new BigInteger(text);
                case UUID -> java.util.UUID.fromString(text);
                case INSTANT -> Instant.parse(text);
                case DURATION -> Duration.parse(text);
                case BYTES -> Base64.getDecoder().decode(text);
                case JSON -> json.readValue(text, Object.class);
            };
        } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
            return text;
        }
    }
}
