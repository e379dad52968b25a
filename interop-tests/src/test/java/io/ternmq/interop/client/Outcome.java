package io.ternmq.interop.client;

/** How a local transaction ends, or what a checker says about it. */
public enum Outcome {
    COMMIT,
    ROLLBACK,
    UNKNOWN
}
