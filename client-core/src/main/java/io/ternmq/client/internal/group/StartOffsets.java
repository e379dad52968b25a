package io.ternmq.client.internal.group;

import io.ternmq.client.StartPosition;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SearchOffsetHeader;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Finds out where to begin in a queue: where the group left off, or else where the configuration says. */
public final class StartOffsets {

    private final ClientInstance client;
    private final OffsetStore store;
    private final StartPosition startFrom;

    public StartOffsets(ClientInstance client, OffsetStore store, StartPosition startFrom) {
        this.client = client;
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
            return ask(queue, RequestCode.GET_MIN_OFFSET, new QueueHeader(queue.topic(), queue.queueId()).encode());
        }
        if (startFrom instanceof StartPosition.At at) {
            return search(queue, at.instant());
        }
        return ask(queue, RequestCode.GET_MAX_OFFSET, new QueueHeader(queue.topic(), queue.queueId()).encode());
    }

    private CompletableFuture<Long> search(MessageQueue queue, Instant instant) {
        SearchOffsetHeader header =
                new SearchOffsetHeader(queue.topic(), queue.queueId(), instant.toEpochMilli(), false);
        return ask(queue, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, header.encode());
    }

    private CompletableFuture<Long> ask(MessageQueue queue, RequestCode code, Fields fields) {
        return client.routes()
                .forReceiving(queue.topic())
                .thenCompose(route -> client.connections().request(BrokerOffsets.masterOf(route, queue), code, fields))
                .thenApply(reply -> BrokerOffsets.offset(reply, queue));
    }
}
