package io.ternmq.broker.transport;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all long frames together may take while they are received and served. Thread safe. */
final class IncomingBytes {
    /** Frames up to this size are not counted one by one; the number of connections bounds them. */
    static final int UNCOUNTED = 64 * 1024;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    IncomingBytes(long most) {
        this.most = most;
    }

    /** Takes some bytes if there is room for them. */
    boolean tryTake(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Gives bytes back. */
    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
