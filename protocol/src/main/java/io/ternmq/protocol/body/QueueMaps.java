package io.ternmq.protocol.body;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Maps by queue, as genuine peers write them: the key is a JSON object without quotes around it, as in {@code {{"queueId":1}:5}}, which is not JSON.
 * It is the only form that all of them read.
 */
final class QueueMaps {
    private QueueMaps() {}

    /**
     * Puts every key that is an object into quotes, so that a JSON parser takes the text; anything else, and any text that is not JSON, stays as it
     * is.
     */
    static String quoteObjectKeys(String json) {
        StringBuilder quoted = new StringBuilder(json.length() + 256);
        Deque<Boolean> objects = new ArrayDeque<>();
        boolean keyNext = false;
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            int end = i + 1;
            if (c == '{' && keyNext) {
                end = endOfObject(json, i);
                appendQuoted(quoted, json, i, end);
                keyNext = false;
                i = end;
                continue;
            }
            switch (c) {
                case '"', '\'' -> {
                    end = endOfText(json, i);
                    keyNext = false;
                }
                case '{' -> {
                    objects.push(true);
                    keyNext = true;
                }
                case '[' -> {
                    objects.push(false);
                    keyNext = false;
                }
                case '}', ']' -> {
                    objects.poll();
                    keyNext = false;
                }
                case ',' -> keyNext = Boolean.TRUE.equals(objects.peek());
                default -> {}
            }
            quoted.append(json, i, end);
            i = end;
        }
        return quoted.toString();
    }

    private static int endOfObject(String json, int start) {
        int depth = 0;
        int i = start;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"' || c == '\'') {
                i = endOfText(json, i);
                continue;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            i++;
            if (depth == 0) {
                return i;
            }
        }
        return json.length();
    }

    private static int endOfText(String json, int start) {
        char quote = json.charAt(start);
        for (int i = start + 1; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return json.length();
    }

    private static void appendQuoted(StringBuilder target, String json, int start, int end) {
        target.append('"');
        for (int i = start; i < end; i++) {
            char c = json.charAt(i);
            if (c == '"' || c == '\\') {
                target.append('\\');
            }
            target.append(c);
        }
        target.append('"');
    }

    /** Writes a map with bare objects as keys. */
    static final class Writer extends ValueSerializer<Map<MessageQueue, ?>> {
        @Override
        public void serialize(Map<MessageQueue, ?> map, JsonGenerator generator, SerializationContext context) {
            StringJoiner text = new StringJoiner(",", "{", "}");
            map.forEach((queue, value) -> text.add(JsonBodies.text(queue) + ':' + JsonBodies.text(value)));
            generator.writeRawValue(text.toString());
        }
    }

    /** Reads a key that has been put into quotes. */
    static final class KeyReader extends KeyDeserializer {
        @Override
        @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
        public Object deserializeKey(String key, DeserializationContext context) {
            MessageQueue queue = JsonBodies.parse(key, MessageQueue.class);
            if (queue == null || queue.topic() == null || queue.brokerName() == null) {
                throw context.weirdKeyException(MessageQueue.class, key, "it is not a queue");
            }
            return queue;
        }
    }
}
