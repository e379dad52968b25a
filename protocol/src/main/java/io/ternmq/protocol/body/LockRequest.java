package io.ternmq.protocol.body;

import java.util.Set;

/** Body of LOCK_BATCH_MQ and UNLOCK_BATCH_MQ (codes 41 and 42). */
public record LockRequest(String consumerGroup, String clientId, boolean onlyThisBroker, Set<MessageQueue> mqSet) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public LockRequest {
        mqSet = mqSet == null ? Set.of() : mqSet;
    }
}
