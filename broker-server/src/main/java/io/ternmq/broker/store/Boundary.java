package io.ternmq.broker.store;

/** Which message a search by time is for. */
public enum Boundary {
    /** The first one stored at or after the time; the queue's end if all are earlier. */
    LOWER,
    /** The last one stored at or before the time; 0 if there is none. */
    UPPER
}
