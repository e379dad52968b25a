package io.ternmq.spring.boot;

/** A {@code ternmq.*} property has a value that cannot be used. */
final class InvalidTernMQPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;
    private final String allowed;

    InvalidTernMQPropertyException(String key, Object value, String allowed) {
        super("illegal property: " + key + "=" + value + "; allowed: " + allowed);
        this.key = key;
        this.value = String.valueOf(value);
        this.allowed = allowed;
    }

    String key() {
        return key;
    }

    String value() {
        return value;
    }

    String allowed() {
        return allowed;
    }

    static void check(boolean allowed, String key, Object value, String description) {
        if (!allowed) {
            throw new InvalidTernMQPropertyException(key, value, description);
        }
    }

    static void range(String key, long value, long min, long max) {
        check(value >= min && value <= max, key, value, "a whole number from " + min + " to " + max);
    }

    static void positive(String key, java.time.Duration value) {
        check(!value.isNegative() && !value.isZero(), key, value, "a positive duration such as 3s");
    }
}
