package io.ternmq.client.internal.codec;

import io.ternmq.protocol.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the text form of properties straight into bytes: nearly all of it is ASCII. For one thread, used once. */
final class PropertiesWriter {

    private byte[] bytes;
    private int size;

    /**
     * Creates one.
     *
     * @param capacity how many bytes are expected; if it is exact, nothing is copied
     */
    PropertiesWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    /** How many bytes a property takes whose value is ASCII. */
    static int room(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? 0 : name.length() + value.length() + 2;
    }

    /** Adds a property; one without a value is left out. */
    void append(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return;
        }
        write(name, name);
        write(MessageProperties.NAME_END);
        write(value, name);
        write(MessageProperties.VALUE_END);
    }

    private void write(char separator) {
        ensure(1);
        bytes[size++] = (byte) separator;
    }

    private void write(String text, String name) {
        int length = text.length();
        ensure(length);
        int at = size;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                writeEncoded(text, name);
                return;
            }
            if (c == MessageProperties.NAME_END || c == MessageProperties.VALUE_END) {
                throw separatorIn(name);
            }
            bytes[at++] = (byte) c;
        }
        size = at;
    }

    /** Text of any alphabet. */
    private void writeEncoded(String text, String name) {
        if (!MessageProperties.isLegal(text)) {
            throw separatorIn(name);
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    private static RuntimeException separatorIn(String name) {
        return MessageCodec.illegal("a property holds a separator of the protocol (character 1 or 2): name=" + name
                + "; remove it, or put the text into the body");
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
