package io.ternmq.client;

/** What became of a message that was to be taken back. */
public enum RecallOutcome {
    /** It will not be delivered. A genuine Apache RocketMQ broker says so of every handle whose time has not come. */
    CANCELLED,
    /** It came too late: the message is in its queue. */
    ALREADY_DELIVERED,
    /** No such message waits: it never did, or was delivered so long ago that the broker has forgotten it. */
    UNKNOWN
}
