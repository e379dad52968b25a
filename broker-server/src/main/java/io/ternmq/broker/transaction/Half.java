package io.ternmq.broker.transaction;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A half message whose transaction has not ended. All that changes is guarded by the lock of its {@link HalfTable}. */
final class Half {
    final long logOffset;
    final long queueOffset;
    /** Log offset that the producer was told first; another one than its own if it was appended anew. */
    final long firstOffset;

    /** Null while the record has not been read after a start. */
    @Nullable
    ProducerGroup group;

    long storedAt;
    /** How long it was to wait for its next check when that was planned, ms. */
    long wait;
    /** When the next check is due, epoch milliseconds. */
    long nextCheck;

    int checks;
    /** What is being appended for it, if anything; nobody else may touch it then. */
    @Nullable
    Outcome ending;
    /** The append was successful, and following it is a matter of moments. */
    boolean ended;

    /** Who else waits for the append. */
    @Nullable
    List<EndCallback> waiting;

    Half(long logOffset, long queueOffset, long firstOffset) {
        this.logOffset = logOffset;
        this.queueOffset = queueOffset;
        this.firstOffset = firstOffset;
    }

    void await(EndCallback callback) {
        List<EndCallback> callbacks = waiting;
        if (callbacks == null) {
            callbacks = new ArrayList<>(1);
            waiting = callbacks;
        }
        callbacks.add(callback);
    }
}
