package io.ternmq.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.delivery.PopLeases;
import io.ternmq.broker.delivery.PopProgress;
import io.ternmq.broker.delivery.PopQueueId;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSubscription;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.schedule.Timers;
import io.ternmq.broker.schedule.WaitingMessage;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.ConsumerStatus;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/**
 * Shows what a broker holds, to a test in the same JVM. It reads beside the consumers: no group, offset or filter is touched.
 *
 * <p>Safe for any thread; may block on the disk, and {@link #unhandled} on consumers that are asked.
 */
public final class Inspection {
    private static final int AT_ONCE = 64;
    private static final int MOST_BYTES = 8 << 20;
    private static final int MOST_WAITING = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Topics topics;
    private final MessageStore store;
    private final Timers timers;
    private final PopLeases leases;
    private final Consumers consumers;
    private final Offsets offsets;
    private final IntSupplier connections;

    Inspection(
            Topics topics,
            MessageStore store,
            Timers timers,
            PopLeases leases,
            Consumers consumers,
            Offsets offsets,
            IntSupplier connections) {
        this.topics = topics;
        this.store = store;
        this.timers = timers;
        this.leases = leases;
        this.consumers = consumers;
        this.offsets = offsets;
        this.connections = connections;
    }

    /** Returns the messages that can be consumed from a topic, in the order in which they were stored; none if there is no such topic. */
    public List<StoredMessage> messages(String topic) {
        List<StoredMessage> found = new ArrayList<>();
        for (int queue = 0; queue < queues(topic); queue++) {
            read(topic, queue, 0, MessageFilter.ALL, found);
        }
        found.sort(Comparator.comparingLong(StoredMessage::commitLogOffset));
        return found;
    }

    private int queues(String topic) {
        TopicConfig config = topics.find(topic);
        return config == null ? 0 : Math.max(config.readQueueNums(), config.writeQueueNums());
    }

    private void read(String topic, int queue, long from, MessageFilter filter, List<StoredMessage> found) {
        long offset = Math.max(from, store.minOffset(topic, queue));
        long end = store.maxOffset(topic, queue);
        while (offset < end) {
            ReadResult result = store.read(topic, queue, offset, AT_ONCE, MOST_BYTES, filter);
            for (ByteBuffer slice : result.slices()) {
                found.add(parsed(slice));
            }
            if (result.nextOffset() <= offset) {
                return;
            }
            offset = result.nextOffset();
        }
    }

    private static StoredMessage parsed(ByteBuffer slice) {
        try {
            return StoredMessage.readFrom(slice.duplicate());
        } catch (MalformedMessageException e) {
            throw new UncheckedIOException(new IOException("stored message cannot be read", e));
        }
    }

    /** Returns the messages that wait for their time and will then be in a topic, the next to be delivered first. */
    public List<WaitingMessage> waiting(String topic) {
        try {
            return timers.waiting(MOST_WAITING).stream()
                    .filter(waiting -> waiting.topic().equals(topic))
                    .sorted(Comparator.comparingLong(WaitingMessage::deliverAt))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the messages that members of a group have leased and given back, with the time when they come again. */
    public List<WaitingMessage> givenBack(String group) {
        List<WaitingMessage> found = new ArrayList<>();
        for (String topic : topicsOf(group)) {
            for (int queue = 0; queue < queues(topic); queue++) {
                PopProgress progress = leases.progress(new PopQueueId(group, topic, queue));
                if (progress == null || progress.givenBack().isEmpty()) {
                    continue;
                }
                long first = Collections.min(progress.givenBack().keySet());
                for (StoredMessage message : readFrom(topic, queue, first, MessageFilter.ALL)) {
                    Long due = progress.givenBack().get(message.queueOffset());
                    if (due != null) {
                        found.add(new WaitingMessage(topic, due, message));
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(WaitingMessage::deliverAt));
        return found;
    }

    /**
     * Returns the messages that a group has still to handle, those that come again among them as soon as they are due. Members that are online
     * are asked, because they commit only every few seconds; of the others counts what was committed.
     */
    public List<StoredMessage> unhandled(String group) {
        List<StoredMessage> found = new ArrayList<>();
        ConsumerGroup online = consumers.find(group);
        for (String topic : topicsOf(group)) {
            GroupSubscription subscription = consumers.subscription(group, topic);
            MessageFilter filter = subscription == null ? MessageFilter.ALL : subscription.filter();
            Map<Integer, Long> handled = online == null ? offsets.committedOn(group, topic) : ask(online, group, topic);
            for (int queue = 0; queue < queues(topic); queue++) {
                PopProgress popped = leases.progress(new PopQueueId(group, topic, queue));
                if (popped == null) {
                    read(topic, queue, handled.getOrDefault(queue, 0L), filter, found);
                } else {
                    long from = popped.held().isEmpty() ? popped.cursor() : Collections.min(popped.held());
                    readFrom(topic, queue, from, filter).stream()
                            .filter(message -> message.queueOffset() >= popped.cursor()
                                    || popped.held().contains(message.queueOffset()))
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    /** Those that a group has progress in or has subscribed to, and those where what it has popped comes again. */
    private Set<String> topicsOf(String group) {
        Set<String> names = new TreeSet<>(offsets.topicsOf(group));
        ConsumerGroup online = consumers.find(group);
        if (online != null) {
            names.addAll(online.subscriptions().keySet());
        }
        for (String name : List.copyOf(names)) {
            if (!ResourceNames.isRetryTopic(name)) {
                names.add(ResourceNames.popRetryTopic(group, name));
            }
        }
        return names;
    }

    private List<StoredMessage> readFrom(String topic, int queue, long from, MessageFilter filter) {
        List<StoredMessage> found = new ArrayList<>();
        read(topic, queue, from, filter, found);
        return found;
    }

    private Map<Integer, Long> ask(ConsumerGroup online, String group, String topic) {
        Fields question =
                Fields.builder().put("topic", topic).put("group", group).build();
        List<CompletableFuture<Map<Integer, Long>>> answers = new ArrayList<>();
        for (Member member : online.members()) {
            answers.add(member.connection()
                    .call(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, question, Unpooled.EMPTY_BUFFER, PATIENCE)
                    .thenApply(answer -> positions(answer.body()))
                    .exceptionally(gone -> Map.of()));
        }
        Map<Integer, Long> handled = new HashMap<>();
        if (online.isBroadcasting()) {
            answers.forEach(
                    answer -> answer.join().forEach((queue, offset) -> handled.merge(queue, offset, Math::min)));
        } else {
            handled.putAll(offsets.committedOn(group, topic));
            answers.forEach(
                    answer -> answer.join().forEach((queue, offset) -> handled.merge(queue, offset, Math::max)));
        }
        return handled;
    }

    private static Map<Integer, Long> positions(ByteBuf body) {
        Map<Integer, Long> positions = new HashMap<>();
        if (body.isReadable()) {
            try {
                JsonBodies.decodeWithObjectKeys(body, ConsumerStatus.class)
                        .messageQueueTable()
                        .forEach((queue, offset) -> positions.put(queue.queueId(), offset));
            } catch (CommandException e) {
                // A client in another language; what it has committed still counts.
                return Map.of();
            }
        }
        return positions;
    }

    /** Returns whether somebody of a group is online. */
    public boolean isOnline(String group) {
        return consumers.find(group) != null;
    }

    /** Returns how many connections there are. */
    public int connections() {
        return connections.getAsInt();
    }
}
