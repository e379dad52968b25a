package io.ternmq.client;

/** How safely a message is stored. All four mean that the broker has the message. */
public enum SendStatus {
    /** Stored as safely as the broker is configured to. */
    OK,
    /** Stored, but not yet known to be on disk. */
    FLUSH_DISK_TIMEOUT,
    /** Stored, but no replica was there. */
    SLAVE_NOT_AVAILABLE,
    /** Stored, but a replica did not confirm in time. */
    FLUSH_SLAVE_TIMEOUT
}
