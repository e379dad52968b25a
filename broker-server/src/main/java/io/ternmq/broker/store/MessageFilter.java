package io.ternmq.broker.store;

import java.nio.ByteBuffer;

/** Decides which messages a consumer gets, in two stages: by the tag hash in the index, then, if wanted, by the record. */
@FunctionalInterface
public interface MessageFilter {
    /** Lets everything through. */
    MessageFilter ALL = tagsCode -> true;

    /** Whether a message with this tag hash may be wanted. */
    boolean matches(long tagsCode);

    /** Whether {@link #matches(ByteBuffer)} is to be asked at all. */
    default boolean examinesRecords() {
        return false;
    }

    /** Whether this stored record is wanted; asked only if the tag hash passed and {@link #examinesRecords()} says so. */
    default boolean matches(ByteBuffer record) {
        return true;
    }
}
