package io.ternmq.protocol.message;

/** Bytes that are no message record, or a damaged one. The message says which part was wrong, with figures. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates one that says what was wrong. */
    public MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
