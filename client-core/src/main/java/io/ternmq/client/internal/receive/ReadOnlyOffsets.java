package io.ternmq.client.internal.receive;

import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A group's progress as it is kept elsewhere, for consumers whose application alone says what is kept; besides it, only
 * an operator moves the group.
 */
record ReadOnlyOffsets(OffsetStore store) implements OffsetStore {

    @Override
    public CompletableFuture<OptionalLong> read(MessageQueue queue) {
        return store.read(queue);
    }

    @Override
    public CompletableFuture<?> commit(Map<MessageQueue, Long> offsets) {
        return CompletableFuture.completedFuture(null);
    }

    /** Some brokers keep no reset themselves: what no member keeps would be forgotten with the next begin of the queue. */
    @Override
    public CompletableFuture<?> move(MessageQueue queue, long offset) {
        return store.move(queue, offset);
    }

    @Override
    public boolean commitsWithPull() {
        return false;
    }
}
