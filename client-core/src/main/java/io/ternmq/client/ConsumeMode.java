package io.ternmq.client;

/** How a {@link Consumer} comes by its messages. All members of a group must use the same one. */
public enum ConsumeMode {
    /** Each queue is one member's; members beyond the number of queues get nothing. */
    PULL,
    /**
     * Each message is leased to whichever member asks: more members than queues can share the work, and a slow member holds
     * up nobody. What is not acknowledged within {@link ConsumerConfig#invisibleTime()} goes to another. Needs a TernMQ
     * broker or one of Apache RocketMQ 5. A group begins at the end or at the beginning of a topic, not at a time.
     */
    POP
}
