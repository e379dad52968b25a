package io.ternmq.stream.inbound;

/**
 * Thrown by an application that handles batches, to tell which message has failed: those before it are done, it is treated as a failed message, and those behind it
 * come again. Any other exception lets the whole batch fail.
 */
public final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;

    /**
     * Makes the exception.
     *
     * @param index of the message in the batch, from 0
     */
    public BatchFailedException(int index, String message, Throwable cause) {
        super(message, cause);
        this.index = index;
    }

    /** The index of the message in the batch. */
    public int index() {
        return index;
    }
}
