package io.ternmq.client;

import org.jspecify.annotations.Nullable;

/**
 * Anything that went wrong in a client. The message says what happened, the facts, and the way out; the response code
 * is the number the broker or name server answered with, or would have answered with where the client saw it first.
 */
public class MQClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The code of failures to which no response code belongs: not started, not connected, no answer in time. */
    public static final int NO_RESPONSE = -1;

    private final int responseCode;

    public MQClientException(String message) {
        this(NO_RESPONSE, message, null);
    }

    public MQClientException(String message, @Nullable Throwable cause) {
        this(NO_RESPONSE, message, cause);
    }

    public MQClientException(int responseCode, String message) {
        this(responseCode, message, null);
    }

    public MQClientException(int responseCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.responseCode = responseCode;
    }

    /** The response code of the remoting protocol, e.g. 17 for a topic that does not exist, or {@link #NO_RESPONSE}. */
    public int getResponseCode() {
        return responseCode;
    }
}
