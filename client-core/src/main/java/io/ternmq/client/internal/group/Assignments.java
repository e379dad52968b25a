package io.ternmq.client.internal.group;

import io.netty.buffer.Unpooled;
import io.ternmq.client.AllocationStrategy;
import io.ternmq.client.MessageModel;
import io.ternmq.client.QueueShare;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumerIdList;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.ResourceNames;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which queues of a topic are this consumer's. */
public final class Assignments {

    private static final Logger LOGGER = LoggerFactory.getLogger(Assignments.class);

    private final ClientInstance client;
    private final String group;
    private final MessageModel model;
    private final AllocationStrategy strategy;
    private final @Nullable QueueShare share;

    /**
     * Creates it.
     *
     * @param share the queues that are this consumer's in any case, or {@code null}; retries are shared out all the same
     */
    public Assignments(
            ClientInstance client,
            String group,
            MessageModel model,
            AllocationStrategy strategy,
            @Nullable QueueShare share) {
        this.client = client;
        this.group = group;
        this.model = model;
        this.strategy = strategy;
        this.share = share;
    }

    /**
     * The queues of a topic that this consumer is to have.
     *
     * @return the queues, or nothing if it cannot be told now, in which case everybody keeps what they have
     */
    public CompletableFuture<Optional<List<MessageQueue>>> of(String topic) {
        return client.routes().forReceiving(topic).thenCompose(this::of).exceptionally(error -> {
            LOGGER.debug("queues cannot be shared out now: topic={}, reason={}", topic, error.toString());
            return Optional.empty();
        });
    }

    private CompletableFuture<Optional<List<MessageQueue>>> of(Route route) {
        if (model == MessageModel.BROADCASTING) {
            return CompletableFuture.completedFuture(Optional.of(route.readQueues()));
        }
        QueueShare fixed = share;
        if (fixed != null && !ResourceNames.isRetryTopic(route.topic())) {
            List<MessageQueue> queues = route.readQueues();
            return CompletableFuture.completedFuture(Optional.of(IntStream.range(0, queues.size())
                    .filter(fixed::contains)
                    .mapToObj(queues::get)
                    .toList()));
        }
        return askMembers(route);
    }

    private CompletableFuture<Optional<List<MessageQueue>>> askMembers(Route route) {
        if (route.readQueues().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.of(List.of()));
        }
        String address = BrokerOffsets.masterOf(route, route.readQueues().get(0));
        return client.connections()
                .request(address, RequestCode.GET_CONSUMER_LIST_BY_GROUP, Fields.of("consumerGroup", group))
                .thenApply(reply -> share(route, reply));
    }

    private Optional<List<MessageQueue>> share(Route route, Reply reply) {
        if (!reply.is(ResponseCode.SUCCESS)) {
            LOGGER.debug("the broker does not know the group yet: group={}, {}", group, reply.describe());
            return Optional.empty();
        }
        List<String> members;
        try {
            members =
                    JsonBodies.decode(Unpooled.wrappedBuffer(reply.body()), ConsumerIdList.class)
                            .consumerIdList()
                            .stream()
                            .distinct()
                            .sorted()
                            .toList();
        } catch (CommandException e) {
            LOGGER.warn("the broker's list of members cannot be read: group={}, reason={}", group, e.getMessage());
            return Optional.empty();
        }
        if (!members.contains(client.clientId())) {
            return Optional.empty();
        }
        return Optional.of(Allocation.of(strategy, route.readQueues(), members, client.clientId()));
    }
}
