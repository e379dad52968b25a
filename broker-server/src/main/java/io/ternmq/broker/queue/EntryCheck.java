package io.ternmq.broker.queue;

/** Tells which entries found in a file may be kept when a queue is loaded. */
@FunctionalInterface
interface EntryCheck {
    /** Whether this entry is one that was on disk before the last checkpoint. If so, all before it were too. */
    boolean isSound(long queueOffset, long logOffset, int size);
}
