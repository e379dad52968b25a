package io.ternmq.benchmarks.load;

/** What a run does. */
enum Mode {
    /** Threads that send and wait. */
    sync,
    /** Threads that send without waiting, with a bounded number in flight. */
    async,
    /** Threads that send without an answer. */
    oneway,
    /** Threads that send batches and wait. */
    batch,
    /** A consumer works off a backlog that was sent before. */
    consume,
    /** Threads that send at a fixed rate and wait, and a consumer. */
    e2e
}
