package io.ternmq.client.internal.group;

import io.ternmq.protocol.body.MessageQueue;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Where a group's progress is kept: in each queue, the offset to consume next. Safe for use by many threads. */
public interface OffsetStore {

    /** The offset kept for a queue, or nothing if the group has not consumed it before. */
    CompletableFuture<OptionalLong> read(MessageQueue queue);

    /** Keeps offsets. Ends when they are kept; failures are logged, and made good by the next time. */
    CompletableFuture<?> commit(Map<MessageQueue, Long> offsets);

    /**
     * Keeps where a broker has moved the group in a queue. That is no progress: it is kept as well where only the
     * application says how far it has come. Ends as a commit does.
     */
    default CompletableFuture<?> move(MessageQueue queue, long offset) {
        return commit(Map.of(queue, offset));
    }

    /** Whether a pull may carry an offset to be committed on the way. */
    boolean commitsWithPull();
}
