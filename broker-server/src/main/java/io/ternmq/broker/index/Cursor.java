package io.ternmq.broker.index;

import java.io.Closeable;
import java.io.IOException;

/** Stands on one entry after the other, in one direction, and at last on none. For one thread. */
interface Cursor extends Closeable {
    /** Whether it stands on an entry. */
    boolean exists();

    long major();

    long minor();

    long value();

    /** Goes to the next entry, if there is one. */
    void advance() throws IOException;

    /** Order of the entries of two cursors: by major, minor, value. */
    static int compare(Cursor a, Cursor b) {
        int order = Long.compare(a.major(), b.major());
        if (order == 0) {
            order = Long.compare(a.minor(), b.minor());
        }
        return order != 0 ? order : Long.compare(a.value(), b.value());
    }
}
