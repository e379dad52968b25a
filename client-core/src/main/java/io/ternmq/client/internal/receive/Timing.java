package io.ternmq.client.internal.receive;

import java.time.Duration;

/**
 * The times by which a consumer works.
 *
 * @param rebalance how often the queues are shared out anew even if nobody has told of a change
 * @param commit how often progress is committed
 * @param claimRetry after what time a queue is asked for again that could not be begun
 * @param lockCheck how often locks are looked after
 * @param lockRenewal the age at which a lock is renewed
 * @param lockValidity the age at which a lock that could not be renewed counts as lost; shorter than brokers keep it
 */
record Timing(
        Duration rebalance,
        Duration commit,
        Duration claimRetry,
        Duration lockCheck,
        Duration lockRenewal,
        Duration lockValidity) {

    static final Timing USUAL = new Timing(
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30));
}
