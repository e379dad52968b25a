package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Set;

/** Body of the answer to LOCK_BATCH_MQ (code 41): the queues that the client holds now. */
public record LockResult(@JsonProperty("lockOKMQSet") Set<MessageQueue> locked) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public LockResult {
        locked = locked == null ? Set.of() : locked;
    }
}
