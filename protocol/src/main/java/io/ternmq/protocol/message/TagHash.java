package io.ternmq.protocol.message;

import org.jspecify.annotations.Nullable;

/** The hash of a tag by which the server filters: Java's string hash, 0 for a message without a tag. */
public final class TagHash {
    private TagHash() {}

    /** Returns the hash of a tag. */
    public static int of(@Nullable String tag) {
        return tag == null || tag.isEmpty() ? 0 : tag.hashCode();
    }
}
