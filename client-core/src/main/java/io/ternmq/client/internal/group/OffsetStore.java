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

    /** Whether a pull may carry an offset to be committed on the way. */
    boolean commitsWithPull();
}
