package io.ternmq.protocol.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Reads and writes the JSON bodies. Genuine peers use a dialect: numeric map keys stand without quotes, single quotes and
 * trailing commas occur, objects stand as map keys, unknown names are to be ignored. Reading takes all of that; writing is standard JSON, save where
 * {@link #encodeWithBareKeys} is asked for. Stateless.
 */
public final class JsonBodies {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(new SimpleModule().addKeyDeserializer(MessageQueue.class, new QueueMaps.KeyReader()))
            .build();

    private static final Pattern NUMERIC_KEY = Pattern.compile("([{,])\"(-?\\d+)\":");

    private JsonBodies() {}

    /** Returns the body of a value. */
    public static ByteBuf encode(Object body) {
        return Unpooled.wrappedBuffer(MAPPER.writeValueAsBytes(body));
    }

    /**
     * Returns the body of a value with numeric map keys unquoted, as old clients need it. Safe because no text of these bodies can
     * hold a quote in front of such a key without its escape.
     */
    public static ByteBuf encodeWithBareKeys(Object body) {
        String json = MAPPER.writeValueAsString(body);
        return Unpooled.wrappedBuffer(
                NUMERIC_KEY.matcher(json).replaceAll("$1$2:").getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a body; the buffer keeps its indices and its owner. */
    public static <T> T decode(ByteBuf body, Class<T> type) throws CommandException {
        return decode(ByteBufUtil.getBytes(body), type);
    }

    /** Reads a body. */
    public static <T> T decode(byte[] body, Class<T> type) throws CommandException {
        try {
            T value = MAPPER.readValue(body, type);
            if (value == null) {
                throw unreadable(type, "it is null");
            }
            return value;
        } catch (JacksonException e) {
            throw unreadable(type, e.getOriginalMessage());
        }
    }

    /** Reads a body with maps by queue, whose keys are objects without quotes; the buffer keeps its indices and its owner. */
    public static <T> T decodeWithObjectKeys(ByteBuf body, Class<T> type) throws CommandException {
        return decodeWithObjectKeys(ByteBufUtil.getBytes(body), type);
    }

    /** Reads a body with maps by queue, whose keys are objects without quotes. */
    public static <T> T decodeWithObjectKeys(byte[] body, Class<T> type) throws CommandException {
        String json = QueueMaps.quoteObjectKeys(new String(body, StandardCharsets.UTF_8));
        return decode(json.getBytes(StandardCharsets.UTF_8), type);
    }

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static <T> T parse(String json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    private static CommandException unreadable(Class<?> type, String reason) {
        return new CommandException(
                ResponseCode.SYSTEM_ERROR,
                "body does not parse: expected=" + type.getSimpleName() + ", reason=" + reason);
    }
}
