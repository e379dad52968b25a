package io.ternmq.spring.listener;

/** Carries what a listener method, or the conversion of its arguments, threw through code that may not throw it. */
final class ListenerFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ListenerFailedException(Throwable cause) {
        super(cause);
    }
}
