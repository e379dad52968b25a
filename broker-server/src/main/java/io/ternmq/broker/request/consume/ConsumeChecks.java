package io.ternmq.broker.request.consume;

import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.TopicConfig;

/** Whether a group may consume from a queue: what pulls and pops have in common. Throws the documented refusals; any thread. */
public final class ConsumeChecks {
    private final Topics topics;
    private final GroupSettings groups;
    private final Consumers consumers;

    /** Wires the checks. */
    public ConsumeChecks(Topics topics, GroupSettings groups, Consumers consumers) {
        this.topics = topics;
        this.groups = groups;
        this.consumers = consumers;
    }

    /** The group must exist, or may come into being, and be allowed to consume the topic as it does. */
    void group(String name, String topic) throws CommandException {
        GroupConfig group = groups.findOrCreate(name);
        if (group == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "consumer group does not exist: group=" + name);
        }
        if (!groups.mayRead(name, topic)) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "consumer group may not read the topic: group=" + name + ", topic=" + topic
                            + "; permit it again (request 353)");
        }
        if (!group.consumeEnable()) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "consumer group may not consume: group=" + name
                            + ", consumeEnable=false; switch it on in the group's settings");
        }
        ConsumerGroup online = consumers.find(name);
        if (online != null && online.isBroadcasting() && !group.consumeBroadcastEnable()) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "consumer group may not consume by broadcasting: group=" + name
                            + ", consumeBroadcastEnable=false; switch it on in the group's settings");
        }
    }

    /** The topic must exist and be readable. */
    TopicConfig topic(String name, String group) throws CommandException {
        TopicConfig topic = topics.find(name);
        if (topic == null) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "topic does not exist: topic=" + name + ", group=" + group + "; create it or send to it");
        }
        if ((topic.perm() & TopicConfig.PERM_READ) == 0) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "topic is not readable: topic=" + name + ", group=" + group + ", perm=" + topic.perm()
                            + "; grant READ or consume from another topic");
        }
        return topic;
    }

    /** The topic must exist, be readable, and have the queue. */
    TopicConfig topic(String name, String group, int queueId) throws CommandException {
        TopicConfig topic = topic(name, group);
        if (queueId < 0 || queueId >= topic.readQueueNums()) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + name + ", queueId=" + queueId + ", readQueues="
                            + topic.readQueueNums());
        }
        return topic;
    }
}
