package io.ternmq.interop.driver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line between a test and the driver: a word that says what it is, then named values. Any text survives: names and values are
 * percent-encoded. Immutable, and safe to share if the map given is not changed.
 *
 * <pre>
 * line = word *( TAB name "=" value ) LF
 * </pre>
 *
 * @param word what the line is, such as {@code send} or {@code message}
 * @param values the named values, in the order written
 */
public record Line(String word, Map<String, String> values) {

    /** Copies the values, keeping their order. */
    public Line {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns a builder for a line that begins with {@code word}. */
    public static Builder of(String word) {
        return new Builder(word);
    }

    /** Reads the text of one line, without its end. */
    public static Line parse(String text) {
        List<String> parts = new ArrayList<>(List.of(text.split("\t")));
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a value of the line has no name: value=" + part + ", line=" + text);
            }
            values.put(decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
        }
        return new Line(parts.get(0), values);
    }

    /** Returns the text of this line, without its end. */
    public String text() {
        StringBuilder text = new StringBuilder(word);
        values.forEach((name, value) ->
                text.append('\t').append(encode(name)).append('=').append(encode(value)));
        return text.toString();
    }

    /** Returns the value named so, which must be there. */
    public String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the line lacks a value: name=" + name + ", line=" + text());
        }
        return value;
    }

    /** Returns the value named so, or null. */
    public @Nullable String find(String name) {
        return values.get(name);
    }

    /** Returns the value named so as a number, or {@code otherwise} when it is not there. */
    public int number(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** Returns whether the value named so is {@code true}. */
    public boolean flag(String name) {
        return Boolean.parseBoolean(values.get(name));
    }

    /** Returns the bytes under this name, which must be there. */
    public byte[] bytes(String name) {
        return Base64.getUrlDecoder().decode(get(name));
    }

    /** Returns all values whose name begins with {@code prefix}, under the rest of their names. */
    public Map<String, String> under(String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String decode(String value) {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    /** Collects the values of a line. Not thread safe. */
    public static final class Builder {
        private final String word;
        private final Map<String, String> values = new LinkedHashMap<>();

        private Builder(String word) {
            this.word = word;
        }

        /** Adds a value; null adds nothing. */
        public Builder with(String name, @Nullable Object value) {
            if (value != null) {
                values.put(name, value.toString());
            }
            return this;
        }

        /** Adds bytes. */
        public Builder with(String name, byte[] bytes) {
            return with(name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }

        /** Adds all entries, each name behind {@code prefix}. */
        public Builder withAll(String prefix, Map<String, String> entries) {
            entries.forEach((name, value) -> values.put(prefix + name, value));
            return this;
        }

        /** Returns the line. */
        public Line build() {
            return new Line(word, values);
        }
    }
}
