package io.ternmq.broker.request.admin;

import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumeStats.QueueProgress;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicStats.QueueRange;
import java.util.OptionalLong;

/** What the handlers of this package tell about queues. Reads of old messages may block. */
final class QueueFacts {
    private final BrokerIdentity identity;
    private final Topics topics;
    private final Offsets offsets;
    private final MessageStore store;

    QueueFacts(BrokerIdentity identity, Topics topics, Offsets offsets, MessageStore store) {
        this.identity = identity;
        this.topics = topics;
        this.offsets = offsets;
        this.store = store;
    }

    TopicConfig requireTopic(String name) throws CommandException {
        TopicConfig topic = topics.find(name);
        if (topic == null) {
            throw new CommandException(ResponseCode.TOPIC_NOT_EXIST, "topic does not exist: topic=" + name);
        }
        return topic;
    }

    MessageQueue queue(String topic, int queueId) {
        return new MessageQueue(topic, identity.brokerName(), queueId);
    }

    QueueRange range(String topic, int queueId) {
        long end = store.maxOffset(topic, queueId);
        return new QueueRange(store.minOffset(topic, queueId), end, storeTime(topic, queueId, end - 1));
    }

    /** Returns where a group stands; where it has committed nothing, at the first message. */
    QueueProgress progress(String group, String topic, int queueId) {
        long position = position(group, topic, queueId);
        return new QueueProgress(
                store.maxOffset(topic, queueId), position, position, storeTime(topic, queueId, position - 1));
    }

    long position(String group, String topic, int queueId) {
        OptionalLong committed = offsets.committed(group, topic, queueId);
        return committed.isPresent() ? committed.getAsLong() : store.minOffset(topic, queueId);
    }

    /** Returns when a message was stored, epoch milliseconds; 0 if it is not there. */
    long storeTime(String topic, int queueId, long offset) {
        return offset < 0 ? 0 : store.storeTime(topic, queueId, offset).orElse(0);
    }
}
