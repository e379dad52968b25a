package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import org.jspecify.annotations.Nullable;

/** An exception that says itself what becomes of the message. */
abstract class DecidingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Causes may form a circle; nobody nests them as deep as this. */
    private static final int DEEPEST = 50;

    DecidingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    abstract ConsumeOutcome outcome();

    /** What an exception asks for, itself or by one of its causes; {@code null} if it leaves that to others. */
    static @Nullable ConsumeOutcome wantedBy(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof DecidingException deciding) {
                return deciding.outcome();
            }
        }
        return null;
    }
}
