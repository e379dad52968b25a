package io.ternmq.broker.request.group;

import io.ternmq.broker.filter.FilterException;
import io.ternmq.broker.filter.Filters;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.group.SubscriptionConflict;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.CheckClientRequest;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.ConsumerIdList;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerData;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.HeartbeatResultHeader;
import io.ternmq.protocol.header.UnregisterHeader;
import io.ternmq.protocol.message.ResourceNames;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Keeps account of the clients that are online: heartbeats (34), farewells (35), the members of a group (38), and the check of a
 * subscription before a consumer starts (46). Runs on the io thread of the client's connection, so a client's requests keep their order.
 */
public final class HeartbeatHandler {
    private final Topics topics;
    private final GroupSettings groups;
    private final Consumers consumers;
    private final Producers producers;
    private final BiConsumer<String, ClientConnection> left;

    /**
     * Wires the handler.
     *
     * @param left told the groups of consumers that a client leaves by a farewell
     */
    public HeartbeatHandler(
            Topics topics,
            GroupSettings groups,
            Consumers consumers,
            Producers producers,
            BiConsumer<String, ClientConnection> left) {
        this.topics = topics;
        this.groups = groups;
        this.consumers = consumers;
        this.producers = producers;
        this.left = left;
    }

    /**
     * Takes note of a client and its groups; a consumer group gets its retry topic. The answer does not offer the shortened heartbeats of newer
     * clients, which therefore send full ones.
     */
    public void heartbeat(Request request) throws CommandException {
        HeartbeatData data = JsonBodies.decode(request.body(), HeartbeatData.class);
        Command command = request.command();
        ClientConnection connection = request.connection();
        boolean known = true;
        StringBuilder conflicts = new StringBuilder();
        for (ConsumerData consumer : data.consumerDataSet()) {
            GroupConfig group = groups.findOrCreate(consumer.groupName());
            if (group == null) {
                throw new CommandException(
                        ResponseCode.INVALID_PARAMETER,
                        String.valueOf(ResourceNames.findGroupFault(consumer.groupName())));
            }
            if (group.retryQueueNums() > 0) {
                topics.ensure(TopicConfig.of(ResourceNames.retryTopic(consumer.groupName()), group.retryQueueNums()));
            }
            known &= consumers.heartbeat(
                    connection, data.clientId(), command.language(), command.version(), consumer, data.withoutSub());
            describeConflict(consumer.groupName(), conflicts);
        }
        for (ProducerData producer : data.producerDataSet()) {
            producers.heartbeat(
                    connection, data.clientId(), command.language(), command.version(), producer.groupName());
        }
        request.succeed(new HeartbeatResultHeader(!known, conflicts.isEmpty() ? null : conflicts.toString()).encode());
    }

    private void describeConflict(String groupName, StringBuilder text) {
        ConsumerGroup group = consumers.find(groupName);
        SubscriptionConflict conflict = group == null ? null : group.conflict();
        if (conflict != null) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append("group=")
                    .append(groupName)
                    .append(", ")
                    .append(conflict.describe());
        }
    }

    /** Takes a client out of the groups it names. */
    public void unregister(Request request) throws CommandException {
        UnregisterHeader header = UnregisterHeader.decode(request.fields());
        if (header.producerGroup() != null) {
            producers.leave(request.connection(), header.producerGroup());
        }
        if (header.consumerGroup() != null) {
            consumers.leave(request.connection(), header.consumerGroup());
            left.accept(header.consumerGroup(), request.connection());
        }
        request.succeed();
    }

    /** Lists the clients of a group. */
    public void members(Request request) throws CommandException {
        String name = request.fields().require("consumerGroup");
        ConsumerGroup group = consumers.find(name);
        if (group == null) {
            throw new CommandException(ResponseCode.SYSTEM_ERROR, "no consumer for this group: group=" + name);
        }
        List<String> ids = group.members().stream()
                .map(Member::clientId)
                .distinct()
                .sorted()
                .toList();
        request.succeed(JsonBodies.encode(new ConsumerIdList(ids)));
    }

    /** Refuses a subscription whose expression cannot be read, before the consumer starts. */
    public void check(Request request) throws CommandException {
        CheckClientRequest check = JsonBodies.decode(request.body(), CheckClientRequest.class);
        SubscriptionData subscription = check.subscriptionData();
        try {
            Filters.compile(subscription);
        } catch (FilterException e) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                    e.getMessage() + ", group=" + check.group() + ", topic=" + subscription.topic());
        }
        request.succeed();
    }
}
