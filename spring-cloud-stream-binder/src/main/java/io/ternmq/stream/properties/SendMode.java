package io.ternmq.stream.properties;

/** How messages are sent. */
public enum SendMode {
    /** The sender waits until the broker has stored the message, and gets its failure. */
    SYNC,
    /** The sender does not wait; a failure goes to the binding's error channel. */
    ASYNC,
    /** Nobody learns what has become of the message. */
    ONEWAY
}
