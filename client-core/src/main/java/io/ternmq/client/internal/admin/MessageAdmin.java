package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.MessagePage;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SearchOffsetHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds messages: by key, by id, by time. */
final class MessageAdmin {

    /** The most that a broker looks up for one query. */
    private static final int MOST_BY_KEY = 64;

    private final Cluster cluster;
    private final TopicAdmin topics;

    MessageAdmin(Cluster cluster, TopicAdmin topics) {
        this.cluster = cluster;
        this.topics = topics;
    }

    List<FoundMessage> byKey(String topic, String key, Instant from, Instant to, int limit) {
        if (limit < 1 || limit > MOST_BY_KEY) {
            throw new MQClientException("a query by key finds 1 to " + MOST_BY_KEY + " messages: limit=" + limit
                    + "; take a shorter time to see others");
        }
        List<FoundMessage> found = query(
                topic,
                Fields.builder()
                        .put("topic", topic)
                        .put("key", key)
                        .put("maxNum", limit)
                        .put("beginTimestamp", epochMillis(from))
                        .put("endTimestamp", epochMillis(to))
                        .build(),
                stored -> hasKey(stored, key));
        return found.subList(Math.max(0, found.size() - limit), found.size());
    }

    List<FoundMessage> byUniqueId(String topic, String id) {
        Fields fields = Fields.builder()
                .put("topic", topic)
                .put("key", id)
                .put("maxNum", MOST_BY_KEY)
                .put("beginTimestamp", 0)
                .put("endTimestamp", Long.MAX_VALUE)
                .put("_UNIQUE_KEY_QUERY", true)
                .build();
        return query(
                topic, fields, stored -> id.equals(MessageProperties.get(stored.properties(), PropertyNames.UNIQ_KEY)));
    }

    /** The two kinds of id look alike, so it is tried as one and then as the other. */
    Optional<FoundMessage> byId(String topic, String id) {
        Optional<FoundMessage> stored = byOffsetId(topic, id);
        return stored.isPresent() ? stored : byUniqueId(topic, id).stream().findFirst();
    }

    /** Asks every broker of the topic, for the address in the id need not be one by which this client reaches it. */
    private Optional<FoundMessage> byOffsetId(String topic, String id) {
        OffsetMessageId parsed;
        try {
            parsed = OffsetMessageId.parse(id);
        } catch (CommandException e) {
            return Optional.empty();
        }
        Fields fields = Fields.builder()
                .put("topic", topic)
                .put("offset", parsed.commitLogOffset())
                .build();
        for (Map.Entry<String, String> broker : brokersOf(topic).entrySet()) {
            Reply reply = cluster.callUnless(
                    broker.getValue(), RequestCode.VIEW_MESSAGE_BY_ID, fields, ResponseCode.SYSTEM_ERROR);
            if (reply != null) {
                for (StoredMessage stored : records(reply)) {
                    if (stored.topic().equals(topic) && idOf(stored).equals(parsed.toString())) {
                        return Optional.of(found(stored, broker.getKey()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    MessagePage byTime(String topic, Instant from, Instant to, Map<TopicPartition, Long> positions, int limit) {
        if (limit < 1) {
            throw new MQClientException("a page needs room: limit=" + limit + "; use 1 or more");
        }
        long end = epochMillis(to);
        Map<TopicPartition, Long> next = new HashMap<>(positions);
        List<QueueRecords> queues = new ArrayList<>();
        for (Map.Entry<TopicPartition, String> entry : queuesOf(topic).entrySet()) {
            TopicPartition queue = entry.getKey();
            Long position = positions.get(queue);
            long offset = position != null ? position : offsetAt(entry.getValue(), queue, epochMillis(from));
            queues.add(new QueueRecords(cluster, entry.getValue(), queue, offset, limit));
        }
        List<FoundMessage> messages = new ArrayList<>();
        QueueRecords earliest = earliest(queues, end);
        while (earliest != null && messages.size() < limit) {
            StoredMessage stored = earliest.peek();
            if (stored != null) {
                messages.add(found(stored, earliest.queue().brokerName()));
                earliest.take();
            }
            earliest = earliest(queues, end);
        }
        queues.forEach(queue -> next.put(queue.queue(), queue.next()));
        return new MessagePage(messages, next, earliest == null);
    }

    /** The queue whose next record is the earliest of all; {@code null} if no queue has one up to the end. */
    private static @Nullable QueueRecords earliest(List<QueueRecords> queues, long end) {
        QueueRecords best = null;
        long bestTime = Long.MAX_VALUE;
        for (QueueRecords queue : queues) {
            StoredMessage head = queue.peek();
            if (head != null && head.storeTimestamp() <= end && (best == null || head.storeTimestamp() < bestTime)) {
                best = queue;
                bestTime = head.storeTimestamp();
            }
        }
        return best;
    }

    private long offsetAt(String master, TopicPartition queue, long time) {
        Fields fields = new SearchOffsetHeader(queue.topic(), queue.queueId(), time, false).encode();
        Reply reply = cluster.call(master, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, fields);
        try {
            return Math.max(0, reply.fields().requireLong("offset"));
        } catch (CommandException e) {
            throw new MQClientException("an answer cannot be read: queue=" + queue + ", reason=" + e.remark(), e);
        }
    }

    /** Asks every broker of the topic; what is meant is decided here, for a broker may go by hashes. */
    private List<FoundMessage> query(String topic, Fields fields, Predicate<StoredMessage> isMeant) {
        List<FoundMessage> found = new ArrayList<>();
        brokersOf(topic).forEach((name, master) -> {
            Reply reply = cluster.callUnless(master, RequestCode.QUERY_MESSAGE, fields, ResponseCode.QUERY_NOT_FOUND);
            if (reply != null) {
                records(reply).stream()
                        .filter(stored -> stored.topic().equals(topic))
                        .filter(isMeant)
                        .forEach(stored -> found.add(found(stored, name)));
            }
        });
        found.sort(Comparator.comparing(FoundMessage::storedAt));
        return found;
    }

    /** Address of the master by name, of each broker that has the topic; none if it does not exist. */
    private Map<String, String> brokersOf(String topic) {
        Map<String, String> brokers = new LinkedHashMap<>();
        topics.route(topic)
                .ifPresent(route -> route.queues()
                        .forEach(queues -> brokers.put(queues.brokerName(), cluster.master(queues.brokerName()))));
        return brokers;
    }

    private Map<TopicPartition, String> queuesOf(String topic) {
        Map<TopicPartition, String> queues = new LinkedHashMap<>();
        Optional<TopicRoute> route = topics.route(topic);
        if (route.isPresent()) {
            for (TopicRoute.BrokerQueues part : route.get().queues()) {
                String master = cluster.master(part.brokerName());
                for (int id = 0; id < part.readQueues(); id++) {
                    queues.put(new TopicPartition(topic, part.brokerName(), id), master);
                }
            }
        }
        return queues;
    }

    private static List<StoredMessage> records(Reply reply) {
        try {
            return StoredMessage.readAll(ByteBuffer.wrap(reply.body()));
        } catch (MalformedMessageException e) {
            throw new MQClientException("an answer cannot be read: reason=" + e.getMessage(), e);
        }
    }

    private static FoundMessage found(StoredMessage stored, String broker) {
        MessageQueue queue = new MessageQueue(stored.topic(), broker, stored.queueId());
        return new FoundMessage(
                idOf(stored), Instant.ofEpochMilli(stored.storeTimestamp()), MessageCodec.message(stored, queue));
    }

    private static String idOf(StoredMessage stored) {
        return new OffsetMessageId(stored.storeHost(), stored.commitLogOffset()).toString();
    }

    private static boolean hasKey(StoredMessage stored, String key) {
        String keys = MessageProperties.get(stored.properties(), PropertyNames.KEYS);
        return keys != null && Arrays.asList(keys.split(" ", -1)).contains(key);
    }

    private static long epochMillis(Instant time) {
        if (time.isBefore(Instant.EPOCH)) {
            return 0;
        }
        return time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE)) ? Long.MAX_VALUE : time.toEpochMilli();
    }
}
