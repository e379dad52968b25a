package io.ternmq.stream.properties;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks values where they are set, so that the message can name the key. */
final class Checks {

    private static final Pattern NAME = Pattern.compile("[%|a-zA-Z0-9_-]{1,127}");

    private Checks() {}

    static int range(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw illegal(key, value, "a number from " + least + " to " + most);
        }
        return value;
    }

    static Duration positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw illegal(key, value, "a positive duration such as 5s");
        }
        return value;
    }

    static Duration range(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw illegal(key, value, "a duration from " + least + " to " + most);
        }
        return value;
    }

    /** Lets nothing through that cannot be the name of a topic or group; {@code null} and nothing mean none. */
    static @Nullable String name(String key, @Nullable String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (!NAME.matcher(value).matches()) {
            throw illegal(key, value, "1 to 127 of the characters a-z, A-Z, 0-9, _, -, % and |");
        }
        return value;
    }

    static IllegalArgumentException illegal(String key, @Nullable Object value, String expected) {
        return new IllegalArgumentException("illegal property: " + key + "=" + value + "; it must be " + expected);
    }
}
