package io.ternmq.broker.filter;

/** A filter expression cannot be read. The message says where, what stands there, and what was expected; it is meant for who wrote the expression. */
public final class FilterException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 256;

    FilterException(String message) {
        super(message);
    }

    /** At a position of an expression, counted in characters from 1. */
    static FilterException at(int position, String problem, String expression) {
        String shown = expression.length() <= SHOWN ? expression : expression.substring(0, SHOWN) + "...";
        return new FilterException(
                "filter expression cannot be parsed: position=" + position + ", " + problem + ", expression=" + shown);
    }
}
