package io.ternmq.broker.request.admin;

import io.ternmq.broker.delivery.WaitingPulls;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.Boundary;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueOffsets;
import io.ternmq.protocol.body.TopicConfig;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a group somewhere else: to a time, an offset, the end (222), or where another group is (314). A group that is offline begins there; one that is
 * online learns it with its next pull, and what it commits until then does not count. Registered as blocking.
 */
public final class OffsetAdminHandler {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetAdminHandler.class);
    private static final int ALL_QUEUES = -1;
    private static final long NOT_GIVEN = -1;

    private final QueueFacts facts;
    private final GroupSettings groups;
    private final Consumers consumers;
    private final Offsets offsets;
    private final MessageStore store;
    private final WaitingPulls waitingPulls;

    /** Wires the handler. */
    public OffsetAdminHandler(
            BrokerIdentity identity,
            Topics topics,
            GroupSettings groups,
            Consumers consumers,
            Offsets offsets,
            MessageStore store,
            WaitingPulls waitingPulls) {
        this.facts = new QueueFacts(identity, topics, offsets, store);
        this.groups = groups;
        this.consumers = consumers;
        this.offsets = offsets;
        this.store = store;
        this.waitingPulls = waitingPulls;
    }

    /** Puts a group to a time or an offset of one queue or all, and answers where it is then. */
    public void reset(Request request) throws CommandException {
        TopicConfig topic = facts.requireTopic(request.fields().require("topic"));
        String group = requireGroup(request.fields().require("group"));
        requireOwnProgress(group);
        int queueId = request.fields().getInt("queueId", ALL_QUEUES);
        long offset = request.fields().getLong("offset", NOT_GIVEN);
        long timestamp = request.fields().requireLong("timestamp");
        boolean alsoForward = request.fields().getBoolean("isForce");
        if (queueId >= topic.readQueueNums()) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + topic.topicName() + ", queueId=" + queueId + ", readQueues="
                            + topic.readQueueNums());
        }
        Map<MessageQueue, Long> reset = new TreeMap<>();
        for (int queue = Math.max(0, queueId); queue < (queueId < 0 ? topic.readQueueNums() : queueId + 1); queue++) {
            long target = target(topic.topicName(), queue, queueId < 0 ? NOT_GIVEN : offset, timestamp);
            OptionalLong before = offsets.committed(group, topic.topicName(), queue);
            if (alsoForward || before.isEmpty() || target < before.getAsLong()) {
                move(group, topic.topicName(), queue, target);
                reset.put(facts.queue(topic.topicName(), queue), target);
            } else {
                reset.put(facts.queue(topic.topicName(), queue), before.getAsLong());
            }
        }
        save();
        LOG.info(
                "progress of a group was reset: group={}, topic={}, offsets={}, by={}",
                group,
                topic.topicName(),
                reset.values(),
                request.connection().remoteAddress());
        request.succeed(JsonBodies.encode(new QueueOffsets(reset)));
    }

    private long target(String topic, int queue, long offset, long timestamp) throws CommandException {
        long end = store.maxOffset(topic, queue);
        if (offset != NOT_GIVEN) {
            long first = store.minOffset(topic, queue);
            if (offset < first || offset > end) {
                throw new CommandException(
                        ResponseCode.INVALID_PARAMETER,
                        "offset is not one of the queue: topic=" + topic + ", queueId=" + queue + ", offset=" + offset
                                + ", first=" + first + ", end=" + end);
            }
            return offset;
        }
        return timestamp < 0 ? end : store.offsetByTime(topic, queue, timestamp, Boundary.LOWER);
    }

    /** Puts a group where another one is, on one topic or on all that the other has consumed. */
    public void copy(Request request) throws CommandException {
        String source = request.fields().require("srcGroup");
        String target = requireGroup(request.fields().require("destGroup"));
        String topic = request.fields().get("topic", "");
        requireOwnProgress(target);
        Set<String> topics = topic.isEmpty() ? offsets.topicsOf(source) : Set.of(topic);
        int queues = 0;
        for (String one : topics) {
            Map<Integer, Long> positions = offsets.committedOn(source, one);
            positions.forEach((queue, offset) -> move(target, one, queue, offset));
            queues += positions.size();
        }
        if (queues == 0) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "group has committed nothing that could be copied: srcGroup=" + source + ", topic=" + topic);
        }
        save();
        LOG.info(
                "progress of a group was copied: from={}, to={}, topics={}, by={}",
                source,
                target,
                topics,
                request.connection().remoteAddress());
        request.succeed();
    }

    private void move(String group, String topic, int queue, long offset) {
        if (consumers.find(group) == null) {
            offsets.place(group, topic, queue, offset);
        } else {
            offsets.reset(group, topic, queue, offset);
            waitingPulls.wake(topic, queue);
        }
    }

    private void save() throws CommandException {
        try {
            offsets.save();
        } catch (IOException e) {
            throw new CommandException(
                    ResponseCode.SERVICE_NOT_AVAILABLE, "offsets cannot be saved: reason=" + e.getMessage());
        }
    }

    private String requireGroup(String group) throws CommandException {
        if (groups.findOrCreate(group) == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "consumer group does not exist: group=" + group);
        }
        return group;
    }

    private void requireOwnProgress(String group) throws CommandException {
        ConsumerGroup online = consumers.find(group);
        if (online != null && online.isBroadcasting()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "group consumes by broadcasting, so that its members keep their progress themselves: group=" + group
                            + "; reset it there");
        }
    }
}
