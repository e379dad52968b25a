package io.ternmq.broker.base;

/** A handle on a running {@link Agent}. Safe for any thread. */
public interface Running extends AutoCloseable {
    /** Makes the agent work now, or once more if it is working. */
    void wake();

    /** Lets the agent finish what it is doing, and returns when it has stopped for good; idempotent. */
    @Override
    void close();
}
