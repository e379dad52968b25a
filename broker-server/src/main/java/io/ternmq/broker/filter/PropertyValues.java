package io.ternmq.broker.filter;

import io.ternmq.protocol.message.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one message that an expression asks for, found in one pass where they lie and decoded only if need be. For one
 * evaluation, by one thread.
 */
final class PropertyValues {
    private static final int MISSING = -1;

    private final ByteBuffer bytes;
    private final int[] starts;
    private final int[] ends;

    /**
     * Finds the values in the text of properties between two indexes.
     *
     * @param names the names asked for, UTF-8
     */
    PropertyValues(ByteBuffer bytes, int from, int to, byte[][] names) {
        this.bytes = bytes;
        this.starts = new int[names.length];
        this.ends = new int[names.length];
        Arrays.fill(starts, MISSING);
        int at = from;
        while (at < to) {
            int nameEnd = MISSING;
            int end = at;
            for (; end < to; end++) {
                byte b = bytes.get(end);
                if (b == MessageProperties.VALUE_END) {
                    break;
                }
                if (b == MessageProperties.NAME_END && nameEnd == MISSING) {
                    nameEnd = end;
                }
            }
            if (nameEnd > at) {
                take(at, nameEnd, end, names);
            }
            at = end + 1;
        }
    }

    private void take(int nameStart, int nameEnd, int valueEnd, byte[][] names) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].length == nameEnd - nameStart && equalAt(nameStart, names[i])) {
                starts[i] = nameEnd + 1;
                ends[i] = valueEnd;
                return;
            }
        }
    }

    private boolean equalAt(int index, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (bytes.get(index + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    boolean isMissing(int property) {
        return starts[property] == MISSING;
    }

    private int length(int property) {
        return ends[property] - starts[property];
    }

    boolean equal(int property, byte[] text) {
        return length(property) == text.length && equalAt(starts[property], text);
    }

    boolean equal(int property, int other) {
        int length = length(property);
        if (length != length(other)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(starts[property] + i) != bytes.get(starts[other] + i)) {
                return false;
            }
        }
        return true;
    }

    boolean startsWith(int property, byte[] text) {
        return length(property) >= text.length && equalAt(starts[property], text);
    }

    boolean endsWith(int property, byte[] text) {
        return length(property) >= text.length && equalAt(ends[property] - text.length, text);
    }

    /** UTF-8 has no character whose bytes hide in those of others, so that bytes may be searched. */
    boolean contains(int property, byte[] text) {
        for (int at = starts[property]; at <= ends[property] - text.length; at++) {
            if (equalAt(at, text)) {
                return true;
            }
        }
        return false;
    }

    /** As a number; {@code null} if it is missing or none. */
    @Nullable
    SqlNumber number(int property) {
        return isMissing(property) || length(property) > SqlNumber.LONGEST ? null : SqlNumber.parse(text(property));
    }

    /** As a truth value; unknown if it is missing or none. */
    Truth truth(int property) {
        if (isMissing(property) || length(property) > 5) {
            return Truth.UNKNOWN;
        }
        String text = text(property);
        if (text.equalsIgnoreCase("true")) {
            return Truth.TRUE;
        }
        return text.equalsIgnoreCase("false") ? Truth.FALSE : Truth.UNKNOWN;
    }

    private String text(int property) {
        byte[] value = new byte[length(property)];
        bytes.get(starts[property], value);
        return new String(value, StandardCharsets.UTF_8);
    }
}
