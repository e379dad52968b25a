package io.ternmq.client.internal.group;

import io.ternmq.client.StartPosition;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.ResourceNames;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Finds out where to begin in a queue: where the group left off, or else where the configuration says. */
public final class StartOffsets {

    private final QueueOffsets offsets;
    private final OffsetStore store;
    private final StartPosition startFrom;

    public StartOffsets(ClientInstance client, OffsetStore store, StartPosition startFrom) {
        this.offsets = new QueueOffsets(client);
        this.store = store;
        this.startFrom = startFrom;
    }

    /** The offset to begin at. One that was found by the configuration is kept at once, so that it stays where it is. */
    public CompletableFuture<Long> find(MessageQueue queue) {
        return store.read(queue)
                .thenCompose(kept -> kept.isPresent()
                        ? CompletableFuture.completedFuture(kept.getAsLong())
                        : begin(queue).thenApply(offset -> {
                            CompletableFuture<?> unused = store.commit(Map.of(queue, offset));
                            return offset;
                        }));
    }

    private CompletableFuture<Long> begin(MessageQueue queue) {
        if (startFrom instanceof StartPosition.Earliest || ResourceNames.isRetryTopic(queue.topic())) {
            return offsets.beginning(queue);
        }
        return startFrom instanceof StartPosition.At at ? offsets.at(queue, at.instant()) : offsets.end(queue);
    }
}
