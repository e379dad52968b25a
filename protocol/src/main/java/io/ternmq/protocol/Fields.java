package io.ternmq.protocol;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The extension fields of a command: a small, ordered map of strings, immutable once built. A header has rarely more than
 * fifteen fields, so a linear search over one array beats hashing and costs one object.
 */
public final class Fields {
    private static final Fields EMPTY = new Fields(new String[0], 0);

    private final String[] pairs;
    private final int length;

    private Fields(String[] pairs, int length) {
        this.pairs = pairs;
        this.length = length;
    }

    /** Returns the fields of a command that has none. */
    public static Fields empty() {
        return EMPTY;
    }

    /** Returns a single field. */
    public static Fields of(String name, String value) {
        return new Fields(new String[] {name, value}, 2);
    }

    /** Returns a builder with room for some fields. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how many fields there are. */
    public int size() {
        return length / 2;
    }

    /** Returns the name of the field at an index below {@link #size()}. */
    public String name(int index) {
        return pairs[2 * Objects.checkIndex(index, size())];
    }

    /** Returns the value of the field at an index below {@link #size()}. */
    public String value(int index) {
        return pairs[2 * Objects.checkIndex(index, size()) + 1];
    }

    /** Returns the value of a field, or {@code null} if it is absent. */
    public @Nullable String get(String name) {
        for (int i = 0; i < length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** Returns the value of a field, or a default where it is absent. */
    public String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** Returns the value of a field that genuine peers require. */
    public String require(String name) throws CommandException {
        String value = get(name);
        if (value == null) {
            throw new CommandException(ResponseCode.SYSTEM_ERROR, "header field is missing: field=" + name);
        }
        return value;
    }

    /** Returns a required whole number. */
    public int requireInt(String name) throws CommandException {
        return parseInt(name, require(name));
    }

    /** Returns a required whole number of 64 bits. */
    public long requireLong(String name) throws CommandException {
        return parseLong(name, require(name));
    }

    /** Returns a whole number, or a default where the field is absent or empty. */
    public int getInt(String name, int otherwise) throws CommandException {
        String value = get(name);
        return value == null || value.isEmpty() ? otherwise : parseInt(name, value);
    }

    /** Returns a whole number of 64 bits, or a default where the field is absent or empty. */
    public long getLong(String name, long otherwise) throws CommandException {
        String value = get(name);
        return value == null || value.isEmpty() ? otherwise : parseLong(name, value);
    }

    /** Returns whether a field says {@code true}. */
    public boolean getBoolean(String name) {
        return Boolean.parseBoolean(get(name));
    }

    private static int parseInt(String name, String value) throws CommandException {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw notANumber(name, value);
        }
    }

    private static long parseLong(String name, String value) throws CommandException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw notANumber(name, value);
        }
    }

    private static CommandException notANumber(String name, String value) {
        return new CommandException(
                ResponseCode.SYSTEM_ERROR, "header field is not a number: field=" + name + ", value=" + value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields that && Arrays.equals(pairs, 0, length, that.pairs, 0, that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + pairs[i].hashCode();
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < length; i += 2) {
            text.append(i == 0 ? "" : ", ").append(pairs[i]).append('=').append(pairs[i + 1]);
        }
        return text.append('}').toString();
    }

    /** Collects fields in order; for one thread, used once. Adding a name twice keeps both, and the first is found. */
    public static final class Builder {
        private String[] pairs = new String[32];
        private int length;

        private Builder() {}

        /** Adds a field; a {@code null} value leaves it out, as genuine peers do. */
        public Builder put(String name, @Nullable String value) {
            if (value != null) {
                if (length == pairs.length) {
                    pairs = Arrays.copyOf(pairs, length * 2);
                }
                pairs[length++] = name;
                pairs[length++] = value;
            }
            return this;
        }

        /** Adds a whole number. */
        public Builder put(String name, long value) {
            return put(name, Long.toString(value));
        }

        /** Adds a truth value. */
        public Builder put(String name, boolean value) {
            return put(name, Boolean.toString(value));
        }

        /** Adds all of another set of fields. */
        public Builder putAll(Fields fields) {
            for (int i = 0; i < fields.size(); i++) {
                put(fields.name(i), fields.value(i));
            }
            return this;
        }

        /** Returns the fields. The builder must not be used afterwards. */
        public Fields build() {
            return length == 0 ? EMPTY : new Fields(pairs, length);
        }
    }
}
