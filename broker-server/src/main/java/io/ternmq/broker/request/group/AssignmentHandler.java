package io.ternmq.broker.request.group;

import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.group.RequestModes;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.AssignmentQuery;
import io.ternmq.protocol.body.AssignmentResult;
import io.ternmq.protocol.body.AssignmentResult.Assignment;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.RequestMode;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shares out queues for clients that leave it to the broker (400), and keeps for each group and topic whether they are pulled or popped (401, 402). Pulling
 * clients of one group that share out the queues themselves come to the same result.
 */
public final class AssignmentHandler {
    private static final int ALL_QUEUES = -1;
    private static final String BY_CIRCLE = "AVG_BY_CIRCLE";

    private final BrokerIdentity identity;
    private final Topics topics;
    private final Consumers consumers;
    private final RequestModes modes;

    /** Wires the handler. */
    public AssignmentHandler(BrokerIdentity identity, Topics topics, Consumers consumers, RequestModes modes) {
        this.identity = identity;
        this.topics = topics;
        this.consumers = consumers;
        this.modes = modes;
    }

    /** Tells a client its queues. */
    public void query(Request request) throws CommandException {
        AssignmentQuery query = JsonBodies.decode(request.body(), AssignmentQuery.class);
        TopicConfig topic = topics.find(query.topic());
        if (topic == null) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "topic does not exist: topic=" + query.topic() + ", group=" + query.consumerGroup());
        }
        RequestMode mode = modes.find(query.topic(), query.consumerGroup());
        List<Assignment> assignments = queues(query, topic, mode).stream()
                .map(queue -> new Assignment(
                        new MessageQueue(query.topic(), identity.brokerName(), queue), mode.mode(), null))
                .toList();
        request.succeed(JsonBodies.encode(new AssignmentResult(assignments)));
    }

    private Set<Integer> queues(AssignmentQuery query, TopicConfig topic, RequestMode mode) throws CommandException {
        int count = topic.readQueueNums();
        if ("BROADCASTING".equals(query.messageModel())) {
            return new LinkedHashSet<>(run(0, count));
        }
        boolean pops = mode.mode().equals(RequestMode.POP);
        List<String> members = members(query.consumerGroup());
        if (pops && (mode.popShareQueueNum() <= 0 || mode.popShareQueueNum() >= members.size() - 1)) {
            return Set.of(ALL_QUEUES);
        }
        int me = members.indexOf(query.clientId());
        if (me < 0) {
            return Set.of();
        }
        if (!pops) {
            return new LinkedHashSet<>(share(query.strategyName(), count, members.size(), me));
        }
        if (members.size() > count) {
            return Set.of(me % count);
        }
        Set<Integer> queues = new LinkedHashSet<>();
        for (int i = 0; i <= mode.popShareQueueNum(); i++) {
            queues.addAll(share(query.strategyName(), count, members.size(), (me + i) % members.size()));
        }
        return queues;
    }

    private List<String> members(String groupName) throws CommandException {
        ConsumerGroup group = consumers.find(groupName);
        if (group == null) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "no consumer for this group: group=" + groupName + "; send a heartbeat first");
        }
        return group.members().stream()
                .map(Member::clientId)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<Integer> share(@Nullable String strategy, int queues, int members, int me)
            throws CommandException {
        if (strategy == null || strategy.isEmpty() || strategy.equals("AVG")) {
            int base = queues / members;
            int more = queues % members;
            int start = me * base + Math.min(me, more);
            return run(start, start + base + (me < more ? 1 : 0));
        }
        if (strategy.equals(BY_CIRCLE)) {
            List<Integer> share = new ArrayList<>();
            for (int queue = me; queue < queues; queue += members) {
                share.add(queue);
            }
            return share;
        }
        throw new CommandException(
                ResponseCode.INVALID_PARAMETER,
                "strategy is not known: strategyName=" + strategy + "; use AVG or " + BY_CIRCLE);
    }

    private static List<Integer> run(int from, int to) {
        List<Integer> run = new ArrayList<>();
        for (int queue = from; queue < to; queue++) {
            run.add(queue);
        }
        return run;
    }

    /** Sets how a group gets a topic's messages. Blocks on the disk. */
    public void setMode(Request request) throws CommandException {
        RequestMode mode = JsonBodies.decode(request.body(), RequestMode.class);
        String fault = ResourceNames.findTopicFault(mode.topic());
        if (fault == null) {
            fault = ResourceNames.findGroupFault(mode.consumerGroup());
        }
        if (fault == null && !RequestMode.POP.equals(mode.mode()) && !RequestMode.PULL.equals(mode.mode())) {
            fault = "mode is not known: mode=" + mode.mode() + "; use PULL or POP";
        }
        if (fault != null) {
            throw new CommandException(ResponseCode.INVALID_PARAMETER, fault);
        }
        if (ResourceNames.isRetryTopic(mode.topic())) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "topics of retries have no mode of their own: topic=" + mode.topic()
                            + "; set that of the topic they come from");
        }
        try {
            modes.put(mode);
        } catch (IOException e) {
            throw new CommandException(
                    ResponseCode.SERVICE_NOT_AVAILABLE, "mode cannot be saved: reason=" + e.getMessage());
        }
        request.succeed();
    }

    /** Lists what was set. */
    public void modes(Request request) {
        request.succeed(JsonBodies.encode(modes.table()));
    }
}
