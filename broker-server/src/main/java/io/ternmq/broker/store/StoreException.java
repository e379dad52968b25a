package io.ternmq.broker.store;

import org.jspecify.annotations.Nullable;

/** A message was not stored, or the store cannot serve; the kind tells what to answer. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The message itself cannot be stored (wire code 13): properties too long, forbidden characters. */
        ILLEGAL,
        /** The body or the record is larger than allowed (wire code 13). */
        TOO_LARGE,
        /** No space, or above the configured share of the volume (wire code 14); reads go on, appends too once there is space. */
        DISK_FULL,
        /** The disk failed (wire code 14); whether the message survives is unknown. */
        FAILED,
        /** More is waiting for the disk than may wait (wire code 2); soon there is room again. */
        BUSY,
        /** The store is closed or closing (wire code 14). */
        CLOSED
    }

    private final Kind kind;

    /** With what happened, facts and the way out as message. */
    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** The same with the error of the disk as cause. */
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What to answer. */
    public Kind kind() {
        return kind;
    }
}
