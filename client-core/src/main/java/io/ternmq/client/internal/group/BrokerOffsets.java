package io.ternmq.client.internal.group;

import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the offsets of a clustering group at the brokers that hold the queues. */
public final class BrokerOffsets implements OffsetStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerOffsets.class);

    private final ClientInstance client;
    private final String group;
    private final boolean zeroForYoungQueues;

    /**
     * Creates the store of a group.
     *
     * @param zeroForYoungQueues whether a broker may answer with 0 for a queue so young that its first message is at hand
     */
    public BrokerOffsets(ClientInstance client, String group, boolean zeroForYoungQueues) {
        this.client = client;
        this.group = group;
        this.zeroForYoungQueues = zeroForYoungQueues;
    }

    @Override
    public CompletableFuture<OptionalLong> read(MessageQueue queue) {
        return read(queue, zeroForYoungQueues);
    }

    /** What was really committed for a queue, or nothing. */
    public CompletableFuture<OptionalLong> readCommitted(MessageQueue queue) {
        return read(queue, false);
    }

    private CompletableFuture<OptionalLong> read(MessageQueue queue, boolean zeroIfYoung) {
        QueryOffsetHeader header = new QueryOffsetHeader(group, queue.topic(), queue.queueId(), zeroIfYoung);
        return client.routes()
                .forReceiving(queue.topic())
                .thenCompose(route -> client.connections()
                        .request(masterOf(route, queue), RequestCode.QUERY_CONSUMER_OFFSET, header.encode()))
                .thenApply(reply -> reply.is(ResponseCode.QUERY_NOT_FOUND)
                        ? OptionalLong.empty()
                        : OptionalLong.of(offset(reply, queue)));
    }

    static String masterOf(Route route, MessageQueue queue) {
        String address = route.readAddress(queue.brokerName(), 0);
        if (address == null) {
            throw new MQClientException("the broker of a queue has no address: queue=" + queue);
        }
        return address;
    }

    static long offset(Reply reply, MessageQueue queue) {
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "the broker does not tell an offset: queue=" + queue + ", " + reply.describe());
        }
        try {
            return reply.fields().requireLong("offset");
        } catch (CommandException e) {
            throw new MQClientException("the broker tells an offset that cannot be read: queue=" + queue, e);
        }
    }

    @Override
    public CompletableFuture<?> commit(Map<MessageQueue, Long> offsets) {
        List<CompletableFuture<?>> commits = new ArrayList<>();
        offsets.forEach((queue, offset) -> commits.add(commit(queue, offset)));
        return CompletableFuture.allOf(commits.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> commit(MessageQueue queue, long offset) {
        return send(queue, offset).handle((done, error) -> {
            if (error == null) {
                return done;
            }
            Throwable reason = Failures.unwrap(error);
            if (reason instanceof MQClientException refused && refused.getResponseCode() >= 0) {
                LOGGER.warn("offset is not committed: {}", reason.getMessage());
            } else {
                LOGGER.debug("offset was not committed: queue={}, reason={}", queue, reason.toString());
            }
            return null;
        });
    }

    /** Keeps offsets. Ends when all are kept, or with the failure of one that is not. */
    public CompletableFuture<?> commitOrFail(Map<MessageQueue, Long> offsets) {
        return CompletableFuture.allOf(offsets.entrySet().stream()
                .map(entry -> send(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> send(MessageQueue queue, long offset) {
        Route route = client.routes().known(queue.topic());
        String address = route == null ? null : route.readAddress(queue.brokerName(), 0);
        if (address == null) {
            return CompletableFuture.failedFuture(
                    new MQClientException("the broker of a queue is not known now: queue=" + queue));
        }
        UpdateOffsetHeader header = new UpdateOffsetHeader(group, queue.topic(), queue.queueId(), offset);
        return client.connections()
                .request(address, RequestCode.UPDATE_CONSUMER_OFFSET, header.encode())
                .thenAccept(reply -> {
                    if (!reply.is(ResponseCode.SUCCESS)) {
                        throw new MQClientException(
                                reply.code(),
                                "the broker refuses an offset: group=" + group + ", queue=" + queue + ", offset="
                                        + offset + ", " + reply.describe());
                    }
                });
    }

    @Override
    public boolean commitsWithPull() {
        return true;
    }
}
