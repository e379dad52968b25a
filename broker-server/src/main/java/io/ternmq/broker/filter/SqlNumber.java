package io.ternmq.broker.filter;

import org.jspecify.annotations.Nullable;

/**
 * A number of an expression or of a property: whole ones are exact in 64 bits, others are floating.
 *
 * @param isWhole which of the two values counts
 */
record SqlNumber(boolean isWhole, long whole, double real) implements Comparable<SqlNumber> {
    /** A property longer than this is no number that anybody wrote. */
    static final int LONGEST = 64;

    static SqlNumber of(long value) {
        return new SqlNumber(true, value, value);
    }

    static SqlNumber of(double value) {
        return new SqlNumber(false, 0, value);
    }

    /** Reads {@code [+-]digits[.digits][e[+-]digits]}; {@code null} for everything else. */
    static @Nullable SqlNumber parse(String text) {
        int length = text.length();
        if (length == 0 || length > LONGEST) {
            return null;
        }
        boolean whole = true;
        boolean digits = false;
        int at = isSign(text.charAt(0)) ? 1 : 0;
        for (; at < length; at++) {
            char c = text.charAt(at);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if (c == '.' && whole) {
                whole = false;
            } else {
                break;
            }
        }
        if (!digits || (at < length && !isExponent(text, at))) {
            return null;
        }
        if (whole && at == length) {
            try {
                return of(Long.parseLong(text));
            } catch (NumberFormatException tooLarge) {
                return of(Double.parseDouble(text));
            }
        }
        return of(Double.parseDouble(text));
    }

    private static boolean isExponent(String text, int at) {
        if (text.charAt(at) != 'e' && text.charAt(at) != 'E') {
            return false;
        }
        int from = at + 1;
        if (from < text.length() && isSign(text.charAt(from))) {
            from++;
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < text.length();
    }

    private static boolean isSign(char c) {
        return c == '-' || c == '+';
    }

    SqlNumber negate() {
        return isWhole && whole != Long.MIN_VALUE ? of(-whole) : of(-real);
    }

    @Override
    public int compareTo(SqlNumber other) {
        if (isWhole && other.isWhole) {
            return Long.compare(whole, other.whole);
        }
        // Both zeros are equal, as everybody expects who writes a price.
        return real == other.real ? 0 : Double.compare(real, other.real);
    }
}
