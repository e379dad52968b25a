package io.ternmq.client;

/** Who of a group gets a message. */
public enum MessageModel {
    /** One member of the group; progress is kept by the broker, failed messages are retried. */
    CLUSTERING,
    /** Every member of the group; progress is kept in a local file, failed messages are not retried. */
    BROADCASTING
}
