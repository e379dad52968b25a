package io.ternmq.broker.request.admin;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSubscription;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.statistics.Amounts;
import io.ternmq.broker.statistics.Flow;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupList;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueEntries;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicStats;
import io.ternmq.protocol.body.TopicStats.QueueRange;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.TagHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tells what topics hold and who consumes them (codes 202, 300 and 321). Registered as blocking. */
public final class TopicStatsHandler {
    private static final MessageFilter NOTHING = tagsCode -> false;
    private static final int MOST_ENTRIES = 256;
    private static final int MOST_BYTES = 1024 * 1024;

    private final QueueFacts facts;
    private final Consumers consumers;
    private final Offsets offsets;
    private final MessageStore store;
    private final Statistics statistics;
    private final Clock clock;

    /** Wires the handler. */
    public TopicStatsHandler(
            BrokerIdentity identity,
            Topics topics,
            Consumers consumers,
            Offsets offsets,
            MessageStore store,
            Statistics statistics,
            Clock clock) {
        this.facts = new QueueFacts(identity, topics, offsets, store);
        this.consumers = consumers;
        this.offsets = offsets;
        this.store = store;
        this.statistics = statistics;
        this.clock = clock;
    }

    /** Answers with the first and the next offset of each queue of a topic, and when its last message came. */
    public void stats(Request request) throws CommandException {
        TopicConfig topic = facts.requireTopic(request.fields().require("topic"));
        Map<MessageQueue, QueueRange> queues = new TreeMap<>();
        for (int i = 0; i < Math.max(topic.readQueueNums(), topic.writeQueueNums()); i++) {
            queues.put(facts.queue(topic.topicName(), i), facts.range(topic.topicName(), i));
        }
        Flow flow = statistics.storedIn(topic.topicName());
        request.succeed(JsonBodies.encode(new TopicStats(queues, rate(flow))));
    }

    private double rate(@Nullable Flow flow) {
        if (flow == null) {
            return 0;
        }
        Amounts minute = flow.lastMinute(clock.millis());
        return minute.perSecond(minute.messages());
    }

    /** Answers with the groups that subscribe to a topic now or have consumed it before. */
    public void groups(Request request) throws CommandException {
        String topic = request.fields().require("topic");
        Set<String> groups = new TreeSet<>(offsets.groupsOf(topic));
        for (ConsumerGroup group : consumers.all()) {
            if (group.subscriptions().containsKey(topic)) {
                groups.add(group.name());
            }
        }
        request.succeed(JsonBodies.encode(new GroupList(groups)));
    }

    /** Answers with entries of a queue's index, and whether a group's subscription lets them through. */
    public void entries(Request request) throws CommandException {
        TopicConfig topic = facts.requireTopic(request.fields().require("topic"));
        int queue = request.fields().requireInt("queueId");
        if (queue < 0 || queue >= Math.max(topic.readQueueNums(), topic.writeQueueNums())) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + topic.topicName() + ", queueId=" + queue);
        }
        long index = request.fields().requireLong("index");
        int count = Math.max(1, Math.min(request.fields().getInt("count", 10), MOST_ENTRIES));
        String group = request.fields().get("consumerGroup", "");
        GroupSubscription subscription = group.isEmpty() ? null : consumers.subscription(group, topic.topicName());
        MessageFilter filter = subscription == null ? NOTHING : subscription.filter();
        ReadResult read = store.read(topic.topicName(), queue, index, count, MOST_BYTES, MessageFilter.ALL);
        List<QueueEntries.Entry> entries = new ArrayList<>();
        for (ByteBuffer slice : read.slices()) {
            ByteBuffer records = slice.duplicate();
            while (records.remaining() >= Integer.BYTES) {
                int size = records.getInt(records.position());
                ByteBuffer record = records.slice(records.position(), size);
                records.position(records.position() + size);
                entries.add(entry(record, filter));
            }
        }
        request.succeed(JsonBodies.encode(new QueueEntries(
                subscription == null ? null : subscription.data(), null, entries, read.minOffset(), read.maxOffset())));
    }

    private static QueueEntries.Entry entry(ByteBuffer record, MessageFilter filter) throws CommandException {
        StoredMessage message;
        try {
            message = StoredMessage.readFrom(record.duplicate());
        } catch (MalformedMessageException e) {
            throw new CommandException(ResponseCode.SYSTEM_ERROR, "message cannot be read: reason=" + e.getMessage());
        }
        long code = TagHash.of(MessageProperties.get(message.properties(), PropertyNames.TAGS));
        boolean wanted = filter.matches(code) && (!filter.examinesRecords() || filter.matches(record));
        return new QueueEntries.Entry(message.commitLogOffset(), record.remaining(), code, wanted, null);
    }
}
