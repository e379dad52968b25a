package io.ternmq.client.internal.group;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.LockRequest;
import io.ternmq.protocol.body.LockResult;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks brokers for the right to consume queues in order, and gives it back. */
public final class QueueLocks {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueLocks.class);

    /** The answer of one broker about its queues, of which it was asked for {@link #asked}. */
    public record Answer(Set<MessageQueue> asked, CompletableFuture<Set<MessageQueue>> held) {}

    private final ClientInstance client;
    private final String group;

    public QueueLocks(ClientInstance client, String group) {
        this.client = client;
        this.group = group;
    }

    /** Asks for locks, or renews them, by one request to each broker that has any of the queues. */
    public List<Answer> lock(Collection<MessageQueue> queues) {
        List<Answer> answers = new ArrayList<>();
        byBroker(queues)
                .forEach((broker, some) -> answers.add(
                        new Answer(some, ask(some, RequestCode.LOCK_BATCH_MQ).thenApply(QueueLocks::held))));
        return answers;
    }

    /**
     * The connection by which locks on a queue are asked for. A broker that was away for a moment may have forgotten them.
     *
     * @return -1 while there is none
     */
    public int connection(MessageQueue queue) {
        Route route = client.routes().known(queue.topic());
        String address = route == null ? null : route.masterAddress(queue.brokerName());
        return address == null ? -1 : client.connections().generation(address);
    }

    private static Set<MessageQueue> held(Reply reply) {
        try {
            return JsonBodies.decode(Unpooled.wrappedBuffer(reply.body()), LockResult.class)
                    .locked();
        } catch (CommandException e) {
            throw new MQClientException("the broker's answer about locks cannot be read", e);
        }
    }

    /** Gives locks back. Ends when that is done; a failure is logged: the lock then ends by itself. */
    public CompletableFuture<@Nullable Void> unlock(Collection<MessageQueue> queues) {
        return CompletableFuture.allOf(byBroker(queues).values().stream()
                .map(some -> ask(some, RequestCode.UNLOCK_BATCH_MQ).handle((reply, error) -> {
                    if (error != null) {
                        LOGGER.warn(
                                "locks are not given back: group={}, queues={}, reason={}; they end by themselves"
                                        + " within a minute",
                                group,
                                some,
                                error.toString());
                    }
                    return reply;
                }))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static Map<String, Set<MessageQueue>> byBroker(Collection<MessageQueue> queues) {
        Map<String, Set<MessageQueue>> byBroker = new HashMap<>();
        for (MessageQueue queue : queues) {
            byBroker.computeIfAbsent(queue.brokerName(), absent -> new HashSet<>())
                    .add(queue);
        }
        return byBroker;
    }

    private CompletableFuture<Reply> ask(Set<MessageQueue> queues, RequestCode code) {
        MessageQueue any = queues.iterator().next();
        Route route = client.routes().known(any.topic());
        String address = route == null ? null : route.masterAddress(any.brokerName());
        if (address == null) {
            return CompletableFuture.failedFuture(
                    new MQClientException("the broker of a queue has no master now: queue=" + any));
        }
        return client.connections()
                .request(
                        address,
                        code,
                        Fields.empty(),
                        JsonBodies.encode(new LockRequest(group, client.clientId(), false, queues)),
                        client.connections().requestTimeoutNanos())
                .thenApply(reply -> {
                    if (!reply.is(ResponseCode.SUCCESS)) {
                        throw new MQClientException(
                                reply.code(), "the broker refuses locks: group=" + group + ", " + reply.describe());
                    }
                    return reply;
                });
    }
}
