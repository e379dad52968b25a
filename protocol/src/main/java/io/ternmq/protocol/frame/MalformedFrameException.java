package io.ternmq.protocol.frame;

/**
 * Bytes that are no frame of this protocol. There is no answer to give, because the stream cannot be read any further: the connection
 * is to be closed. Carries no stack trace; the message says what was wrong with which figures.
 */
public final class MalformedFrameException extends Exception {
    /** Creates one that says what was wrong. */
    public MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
