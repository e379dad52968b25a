package io.ternmq.client.internal.group;

import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SearchOffsetHeader;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Asks brokers where a queue begins and ends, and where it was at some time. */
public final class QueueOffsets {

    private final ClientInstance client;

    public QueueOffsets(ClientInstance client) {
        this.client = client;
    }

    /** The offset of the oldest message that is kept. */
    public CompletableFuture<Long> beginning(MessageQueue queue) {
        return ask(queue, RequestCode.GET_MIN_OFFSET, new QueueHeader(queue.topic(), queue.queueId()).encode());
    }

    /** The offset that the next message will have. */
    public CompletableFuture<Long> end(MessageQueue queue) {
        return ask(queue, RequestCode.GET_MAX_OFFSET, new QueueHeader(queue.topic(), queue.queueId()).encode());
    }

    /** The offset of the first message that was stored at an instant or later; the end if there is none. */
    public CompletableFuture<Long> at(MessageQueue queue, Instant instant) {
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
