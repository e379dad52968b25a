package io.ternmq.broker.store;

/** What must have happened before a message counts as committed: acknowledged to the sender and visible to consumers. */
public enum FlushMode {
    /** It is on disk; survives power loss. One {@code fsync} serves all who wait. */
    SYNC,
    /** It was handed to the operating system; survives the end of the process, and power loss after the flush interval. */
    ASYNC
}
