package io.ternmq.broker.request.admin;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.statistics.Amounts;
import io.ternmq.broker.statistics.Flow;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.AllConsumerOffsets;
import io.ternmq.protocol.body.ConsumeStats;
import io.ternmq.protocol.body.ConsumeStats.QueueProgress;
import io.ternmq.protocol.body.ConsumeStatsList;
import io.ternmq.protocol.body.ConsumeTimeSpans;
import io.ternmq.protocol.body.CorrectionOffsets;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.TopicConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells how far groups have consumed (codes 43, 208, 303, 308 and 317). Registered as blocking. */
public final class ProgressHandler {
    private final BrokerIdentity identity;
    private final QueueFacts facts;
    private final Topics topics;
    private final GroupSettings groups;
    private final Consumers consumers;
    private final Offsets offsets;
    private final MessageStore store;
    private final Statistics statistics;
    private final Clock clock;

    /** Wires the handler. */
    public ProgressHandler(
            BrokerIdentity identity,
            Topics topics,
            GroupSettings groups,
            Consumers consumers,
            Offsets offsets,
            MessageStore store,
            Statistics statistics,
            Clock clock) {
        this.identity = identity;
        this.facts = new QueueFacts(identity, topics, offsets, store);
        this.topics = topics;
        this.groups = groups;
        this.consumers = consumers;
        this.offsets = offsets;
        this.store = store;
        this.statistics = statistics;
        this.clock = clock;
    }

    /** Answers with a group's progress on the topics that are named, or on all that it consumes. */
    public void ofGroup(Request request) throws CommandException {
        String group = request.fields().require("consumerGroup");
        Set<String> wanted = new TreeSet<>(Arrays.asList(
                (request.fields().get("topic", "") + ";" + request.fields().get("topicList", "")).split(";")));
        wanted.removeIf(String::isBlank);
        ConsumeStats sum = new ConsumeStats(new TreeMap<>(), 0);
        for (String topic : wanted.isEmpty() ? topicsOf(group) : wanted) {
            ConsumeStats stats = progress(group, topic);
            sum.offsetTable().putAll(stats.offsetTable());
            sum = new ConsumeStats(sum.offsetTable(), sum.consumeTps() + stats.consumeTps());
        }
        request.succeed(JsonBodies.encode(sum));
    }

    /** Answers with the progress of all groups on all topics. */
    public void ofAll(Request request) {
        boolean ordered = request.fields().getBoolean("isOrder");
        List<Map<String, List<ConsumeStats>>> all = new ArrayList<>();
        long behind = 0;
        long inFlight = 0;
        for (String group : groups.table().subscriptionGroupTable().keySet()) {
            List<ConsumeStats> stats = new ArrayList<>();
            for (String name : topicsOf(group)) {
                TopicConfig topic = topics.find(name);
                if (topic == null || (ordered && !topic.order())) {
                    continue;
                }
                ConsumeStats one = progress(group, name);
                stats.add(one);
                for (QueueProgress queue : one.offsetTable().values()) {
                    behind += queue.brokerOffset() - queue.consumerOffset();
                    inFlight += queue.pullOffset() - queue.consumerOffset();
                }
            }
            if (!stats.isEmpty()) {
                all.add(Map.of(group, stats));
            }
        }
        request.succeed(
                JsonBodies.encode(new ConsumeStatsList(all, identity.address(request.connection()), behind, inFlight)));
    }

    /** Answers, for each queue of a topic, with how old its messages are and how far a group is behind in time. */
    public void timeSpans(Request request) throws CommandException {
        TopicConfig topic = facts.requireTopic(request.fields().require("topic"));
        String name = topic.topicName();
        String group = request.fields().require("group");
        long now = clock.millis();
        List<ConsumeTimeSpans.QueueSpan> spans = new ArrayList<>();
        for (int queue = 0; queue < topic.writeQueueNums(); queue++) {
            long first = facts.storeTime(name, queue, store.minOffset(name, queue));
            long end = store.maxOffset(name, queue);
            long position = facts.position(group, name, queue);
            long consumed = facts.storeTime(name, queue, position - 1);
            long next = position < end ? facts.storeTime(name, queue, position) : 0;
            spans.add(new ConsumeTimeSpans.QueueSpan(
                    facts.queue(name, queue),
                    first,
                    facts.storeTime(name, queue, end - 1),
                    consumed == 0 ? first : consumed,
                    next == 0 ? 0 : Math.max(0, now - next)));
        }
        request.succeed(JsonBodies.encode(new ConsumeTimeSpans(spans)));
    }

    /**
     * Answers, by queue, with the least offset of all groups save those named; where the group that is compared is behind all of them, with the
     * greatest number there is.
     */
    public void corrections(Request request) throws CommandException {
        String topic = request.fields().require("topic");
        String compared = request.fields().require("compareGroup");
        Set<String> others = new TreeSet<>(offsets.groupsOf(topic));
        Arrays.asList(request.fields().get("filterGroups", "").split(",")).forEach(others::remove);
        Map<Integer, Long> least = new TreeMap<>();
        for (String group : others) {
            offsets.committedOn(group, topic).forEach((queue, offset) -> least.merge(queue, offset, Math::min));
        }
        offsets.committedOn(compared, topic)
                .forEach((queue, offset) ->
                        least.computeIfPresent(queue, (same, min) -> min > offset ? Long.MAX_VALUE : min));
        request.succeed(JsonBodies.encodeWithBareKeys(new CorrectionOffsets(least)));
    }

    /** Answers with everything that was committed. */
    public void offsets(Request request) {
        Map<String, Map<Integer, Long>> table = new TreeMap<>();
        for (String group : offsets.groups()) {
            for (String topic : offsets.topicsOf(group)) {
                table.put(topic + "@" + group, new TreeMap<>(offsets.committedOn(group, topic)));
            }
        }
        request.succeed(JsonBodies.encodeWithBareKeys(new AllConsumerOffsets(table)));
    }

    private Set<String> topicsOf(String group) {
        Set<String> all = new TreeSet<>(offsets.topicsOf(group));
        ConsumerGroup online = consumers.find(group);
        if (online != null) {
            all.addAll(online.subscriptions().keySet());
        }
        return all.stream().filter(topic -> topics.find(topic) != null).collect(Collectors.toCollection(TreeSet::new));
    }

    private ConsumeStats progress(String group, String name) {
        Map<MessageQueue, QueueProgress> queues = new TreeMap<>();
        TopicConfig topic = topics.find(name);
        for (int i = 0; topic != null && i < topic.readQueueNums(); i++) {
            queues.put(facts.queue(name, i), facts.progress(group, name, i));
        }
        Flow flow = statistics.deliveredTo(group, name);
        if (flow == null) {
            return new ConsumeStats(queues, 0);
        }
        Amounts minute = flow.lastMinute(clock.millis());
        return new ConsumeStats(queues, minute.perSecond(minute.messages()));
    }
}
