package io.ternmq.client.internal.connection;

import org.jspecify.annotations.Nullable;

/**
 * No answer: not connected, connection lost, or time over. Carries no stack trace, because it is made on an I/O thread
 * whose stack tells nothing; the message says what happened to which address.
 */
public final class ConnectionException extends Exception {

    private static final long serialVersionUID = 1L;

    /** How far a request came. */
    public enum Stage {
        /** It never left: there was no connection. It can be sent again without fear of doubling. */
        NOT_SENT,
        /** It was sent and the connection was lost before the answer came. */
        LOST,
        /** It was sent and the answer did not come in time. */
        TIMED_OUT
    }

    private final Stage stage;

    public ConnectionException(Stage stage, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.stage = stage;
    }

    public Stage stage() {
        return stage;
    }
}
