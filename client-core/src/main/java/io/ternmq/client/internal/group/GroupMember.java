package io.ternmq.client.internal.group;

import io.ternmq.protocol.body.ConsumerData;
import org.jspecify.annotations.Nullable;

/** A consumer as its client sees it. Called on I/O and timer threads; must not block. */
public interface GroupMember {

    /** What heartbeats tell about it. */
    ConsumerData describe();

    /** Members have come or gone, or a topic has appeared or moved: the queues are to be shared out again. */
    void rebalanceSoon();

    /** What operators may ask of it; {@code null} if nothing, or not now. */
    default @Nullable Operable operable() {
        return null;
    }

    /** Whether a change of this topic's route concerns it. */
    boolean subscribesTo(String topic);
}
