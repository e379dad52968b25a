package io.ternmq.spring.listener;

/** None of a listener's methods is for the message. */
public final class NoHandlerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoHandlerException(String topic, String tag) {
        super("no method is for this message: topic=" + topic + ", tag=" + tag
                + "; add one, or a method with @TagHandler without tags, which takes all others");
    }
}
