package io.ternmq.protocol.message;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text form of message properties: {@code name \u0001 value \u0002}, repeated. The last separator may be missing; parts without
 * a name are skipped, empty values survive.
 */
public final class MessageProperties {
    /** Between a name and its value. */
    public static final char NAME_END = '\u0001';

    /** After a value. */
    public static final char VALUE_END = '\u0002';

    /** The longest text, in UTF-8 bytes: its length is a signed short in the record. */
    public static final int MAX_BYTES = Short.MAX_VALUE;

    private MessageProperties() {}

    /** Returns the properties of a text, in their order. The map is mutable and the caller's own. */
    public static Map<String, String> decode(@Nullable String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (text == null) {
            return properties;
        }
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(VALUE_END, start);
            if (end < 0) {
                end = text.length();
            }
            int nameEnd = text.indexOf(NAME_END, start);
            if (nameEnd > start && nameEnd < end) {
                properties.put(text.substring(start, nameEnd), text.substring(nameEnd + 1, end));
            }
            start = end + 1;
        }
        return properties;
    }

    /** Returns the text of properties. Names and values must not hold the separators; see {@link #isLegal}. */
    public static String encode(Map<String, String> properties) {
        StringBuilder text = new StringBuilder(properties.size() * 32);
        properties.forEach((name, value) ->
                text.append(name).append(NAME_END).append(value).append(VALUE_END));
        return text.toString();
    }

    /** Returns one property of a text without reading the others, or {@code null}. */
    public static @Nullable String get(@Nullable String text, String name) {
        if (text == null) {
            return null;
        }
        int start = 0;
        while (start + name.length() < text.length()) {
            if (text.charAt(start + name.length()) == NAME_END && text.startsWith(name, start)) {
                int valueStart = start + name.length() + 1;
                int valueEnd = text.indexOf(VALUE_END, valueStart);
                return text.substring(valueStart, valueEnd < 0 ? text.length() : valueEnd);
            }
            int end = text.indexOf(VALUE_END, start);
            if (end < 0) {
                return null;
            }
            start = end + 1;
        }
        return null;
    }

    /** Returns whether a name or value can be written: it holds neither separator. */
    public static boolean isLegal(String nameOrValue) {
        return nameOrValue.indexOf(NAME_END) < 0 && nameOrValue.indexOf(VALUE_END) < 0;
    }
}
