package io.ternmq.broker.store;

/**
 * Told, exactly once, what became of an append: on the appender's own thread in {@link FlushMode#ASYNC} and when the append is
 * refused, else on {@code ternmq-flush}, in log order. Must not block and must not throw.
 */
public interface AppendCallback {
    /** The messages are committed. They are visible to consumers now, or as soon as a dispatch under way has ended. */
    void committed(AppendResult result);

    /** The messages are not committed. */
    void failed(StoreException reason);
}
