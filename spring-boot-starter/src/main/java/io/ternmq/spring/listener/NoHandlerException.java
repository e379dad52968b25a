package io.ternmq.spring.listener;

import java.util.List;

/** None of a listener's methods is for the message, or it cannot be told which. */
public final class NoHandlerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoHandlerException(String topic, String tag) {
        super("no method is for this message: topic=" + topic + ", tag=" + tag
                + "; add one, or a method with @TagHandler without tags, which takes all others");
    }

    private NoHandlerException(String message) {
        super(message);
    }

    /**
     * There are methods for its tag, but none for its payload.
     *
     * @param named what the message says of its type, as name and value
     * @param wanted the types that the methods take
     */
    static NoHandlerException ofType(String topic, String tag, String named, List<String> wanted) {
        return new NoHandlerException("no method is for the payload of this message: topic=" + topic + ", tag=" + tag
                + ", " + named + ", types=" + wanted + "; let its sender name one of the types (their class names, or"
                + " ternmq.conversion.type-ids), or add a method that takes all others, as Object, String or byte[]");
    }

    /** Several methods are for its payload, and none is nearer than the others. */
    static NoHandlerException ofTypes(String topic, String tag, String named, List<String> wanted) {
        return new NoHandlerException("several methods are for the payload of this message: topic=" + topic + ", tag="
                + tag + ", " + named + ", types=" + wanted + "; add a method for the type itself");
    }
}
