package io.ternmq.client.internal.admin;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.DeadLetterPage;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the dead letters of groups, and sends them once more. */
final class DeadLetterAdmin {

    private static final String SENDER = "TOOLS_PRODUCER";

    /** Properties that belong to the message; all others of the system's tell of its way so far. */
    private static final Set<String> KEPT = Set.of(
            PropertyNames.TAGS,
            PropertyNames.KEYS,
            PropertyNames.UNIQ_KEY,
            PropertyNames.WAIT,
            PropertyNames.SHARDING_KEY,
            PropertyNames.INSTANCE_ID,
            PropertyNames.CORRELATION_ID,
            PropertyNames.REPLY_TO_CLIENT,
            PropertyNames.TTL);

    private final Cluster cluster;
    private final TopicAdmin topics;

    DeadLetterAdmin(Cluster cluster, TopicAdmin topics) {
        this.cluster = cluster;
        this.topics = topics;
    }

    DeadLetterPage read(String group, Map<TopicPartition, Long> from, int limit) {
        if (limit < 1) {
            throw new MQClientException("a page needs room: limit=" + limit + "; use 1 or more");
        }
        String topic = ResourceNames.deadLetterTopic(group);
        Optional<TopicRoute> route = topics.route(topic);
        if (route.isEmpty()) {
            return new DeadLetterPage(List.of(), Map.of(), true);
        }
        List<DeadLetter> letters = new ArrayList<>();
        Map<TopicPartition, Long> next = new HashMap<>(from);
        boolean all = true;
        for (TopicRoute.BrokerQueues queues : route.get().queues()) {
            String master = cluster.master(queues.brokerName());
            for (int i = 0; i < queues.readQueues(); i++) {
                TopicPartition queue = new TopicPartition(topic, queues.brokerName(), i);
                all &= read(group, master, queue, next, letters, limit);
            }
        }
        return new DeadLetterPage(letters, next, all);
    }

    /** Reads on in one queue; tells whether its end is reached. */
    private boolean read(
            String group,
            String master,
            TopicPartition queue,
            Map<TopicPartition, Long> next,
            List<DeadLetter> letters,
            int limit) {
        int room = limit - letters.size();
        QueueRecords records = new QueueRecords(cluster, master, queue, next.getOrDefault(queue, 0L), room);
        StoredMessage stored = records.peek();
        while (stored != null && letters.size() < limit) {
            letters.add(letter(group, queue, stored));
            records.take();
            stored = records.peek();
        }
        next.put(queue, records.next());
        return stored == null;
    }

    private static DeadLetter letter(String group, TopicPartition queue, StoredMessage stored) {
        Map<String, String> properties = MessageProperties.decode(stored.properties());
        Message message =
                MessageCodec.message(stored, new MessageQueue(queue.topic(), queue.brokerName(), queue.queueId()));
        return new DeadLetter(
                group,
                new OffsetMessageId(stored.storeHost(), stored.commitLogOffset()).toString(),
                originTopic(group, properties),
                Optional.ofNullable(
                        first(properties, PropertyNames.DLQ_ORIGIN_MESSAGE_ID, PropertyNames.ORIGIN_MESSAGE_ID)),
                Optional.ofNullable(properties.get(PropertyNames.DLQ_REASON)),
                Instant.ofEpochMilli(stored.storeTimestamp()),
                message);
    }

    private static String originTopic(String group, Map<String, String> properties) {
        String topic = first(properties, PropertyNames.DLQ_ORIGIN_TOPIC, PropertyNames.RETRY_TOPIC);
        return topic == null ? ResourceNames.retryTopic(group) : topic;
    }

    private static @Nullable String first(Map<String, String> properties, String... names) {
        for (String name : names) {
            String value = properties.get(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }

    String resend(DeadLetter letter) {
        TopicPartition queue = letter.message().getTopicPartition();
        if (queue == null) {
            throw new MQClientException("this is no dead letter that was read: id=" + letter.offsetMessageId());
        }
        StoredMessage stored = load(letter, cluster.master(queue.brokerName()));
        Map<String, String> properties = MessageProperties.decode(stored.properties());
        properties.keySet().removeIf(name -> PropertyNames.RESERVED.contains(name) && !KEPT.contains(name));
        SendHeader header = new SendHeader(
                SENDER,
                letter.originTopic(),
                TopicRoutes.TEMPLATE_TOPIC,
                4,
                -1,
                stored.sysFlag() & (SysFlag.COMPRESSED | SysFlag.COMPRESSION_MASK),
                stored.bornTimestamp(),
                stored.flag(),
                MessageProperties.encode(properties),
                0,
                null,
                false);
        Reply reply = cluster.call(
                target(letter.originTopic(), queue.brokerName()),
                RequestCode.SEND_MESSAGE_V2,
                header.encode(),
                Unpooled.wrappedBuffer(stored.body()));
        return reply.fields().get("msgId", "");
    }

    private StoredMessage load(DeadLetter letter, String master) {
        try {
            long offset = OffsetMessageId.parse(letter.offsetMessageId()).commitLogOffset();
            Reply reply = cluster.call(
                    master,
                    RequestCode.VIEW_MESSAGE_BY_ID,
                    Fields.builder()
                            .put("offset", offset)
                            .put("topic", ResourceNames.deadLetterTopic(letter.group()))
                            .build());
            return StoredMessage.readFrom(ByteBuffer.wrap(reply.body()));
        } catch (CommandException | MalformedMessageException e) {
            throw new MQClientException(
                    "a dead letter cannot be read: id=" + letter.offsetMessageId() + ", reason=" + e.getMessage(), e);
        }
    }

    /** A broker that takes messages of the topic; where the letter is, if that one does. */
    private String target(String topic, String preferred) {
        TopicRoute route = topics.route(topic)
                .orElseThrow(() -> new MQClientException(
                        ResponseCode.TOPIC_NOT_EXIST.number(),
                        "the topic of a dead letter does not exist any more: topic=" + topic
                                + "; create it to send the letter again"));
        String other = null;
        for (TopicRoute.BrokerQueues queues : route.queues()) {
            if (queues.writable() && queues.writeQueues() > 0) {
                if (queues.brokerName().equals(preferred)) {
                    return cluster.master(preferred);
                }
                other = queues.brokerName();
            }
        }
        if (other == null) {
            throw new MQClientException(
                    ResponseCode.NO_PERMISSION.number(),
                    "the topic of a dead letter takes no messages: topic=" + topic + ", brokers="
                            + route.brokers().stream().map(BrokerInfo::name).toList() + "; grant it to be written");
        }
        return cluster.master(other);
    }
}
