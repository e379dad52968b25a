package io.ternmq.broker.store;

import io.ternmq.broker.queue.ConsumeQueue;
import org.jspecify.annotations.Nullable;

/** An append that is in the log and waits to be committed and dispatched. A link of {@link Dispatcher}'s list. */
final class PendingAppend {
    final ConsumeQueue queue;
    final AppendResult result;
    /** Log offset behind the last record. */
    final long end;
    /** Told by the dispatcher; null if the appender does it itself. */
    final @Nullable AppendCallback callback;

    volatile @Nullable PendingAppend next;

    PendingAppend(ConsumeQueue queue, AppendResult result, long end, @Nullable AppendCallback callback) {
        this.queue = queue;
        this.result = result;
        this.end = end;
        this.callback = callback;
    }
}
