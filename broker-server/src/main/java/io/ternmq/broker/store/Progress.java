package io.ternmq.broker.store;

/** Told how far long work has come. Called often; must be quick. */
@FunctionalInterface
public interface Progress {
    /** So many bytes of so many are done. */
    void reached(long bytes, long ofBytes);
}
