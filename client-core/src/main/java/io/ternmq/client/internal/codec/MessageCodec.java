package io.ternmq.client.internal.codec;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Turns messages of the API into properties and body, and stored records into messages of the API. */
public final class MessageCodec {

    /** The broker keeps these for itself. */
    private static final Set<String> CLOSED_TOPICS = Set.of(
            "SCHEDULE_TOPIC_XXXX",
            "rmq_sys_wheel_timer",
            "RMQ_SYS_TRANS_HALF_TOPIC",
            "RMQ_SYS_TRANS_OP_HALF_TOPIC",
            "TRANS_CHECK_MAX_TIME_TOPIC",
            "SELF_TEST_TOPIC",
            "OFFSET_MOVED_EVENT");

    private MessageCodec() {}

    /**
     * Refuses what no broker would take.
     *
     * @throws MQClientException with code 13 (or 16 for a topic of the system), which says what is wrong
     */
    public static void check(Message message, int maxBodyBytes) {
        String topic = message.getTopic();
        String fault = ResourceNames.findTopicFault(topic);
        if (fault != null) {
            throw illegal(fault);
        }
        if (CLOSED_TOPICS.contains(topic)) {
            throw new MQClientException(
                    ResponseCode.NO_PERMISSION.number(),
                    "nobody may send to a topic of the system: topic=" + topic + "; choose another topic");
        }
        int bytes = message.getBody().length;
        if (bytes == 0) {
            throw illegal("the message is empty: topic=" + topic + "; a message needs a body of at least one byte");
        }
        if (bytes > maxBodyBytes) {
            throw illegal("the message is too large: topic=" + topic + ", bytes=" + bytes + ", most=" + maxBodyBytes
                    + "; split it, or store the content elsewhere and send where it is");
        }
    }

    /**
     * The text form of a message's properties, in UTF-8. The message must have its id.
     *
     * @param system properties that the messaging system adds
     * @throws MQClientException with code 13 if a name or value cannot be written
     */
    public static byte[] properties(Message message, Map<String, String> system) {
        PropertiesWriter text = new PropertiesWriter(usualRoom(message));
        text.append(PropertyNames.UNIQ_KEY, message.getMsgID());
        text.append(PropertyNames.WAIT, "true");
        text.append(PropertyNames.TAGS, message.getTag());
        text.append(PropertyNames.KEYS, message.getKey());
        text.append(PropertyNames.SHARDING_KEY, message.getShardingKey());
        if (message.getStartDeliverTime() > 0) {
            // The first is for TernMQ and ONS brokers, the second for those of Apache RocketMQ 5.
            String time = Long.toString(message.getStartDeliverTime());
            text.append(PropertyNames.START_DELIVER_TIME, time);
            text.append(PropertyNames.TIMER_DELIVER_MS, time);
        }
        if (message.getDelayLevel() > 0) {
            text.append(PropertyNames.DELAY, Integer.toString(message.getDelayLevel()));
        }
        if (!system.isEmpty()) {
            system.forEach(text::append);
        }
        if (message.hasUserProperties()) {
            appendUserProperties(text, message.getUserProperties(), system);
        }
        if (text.size() > MessageProperties.MAX_BYTES) {
            throw illegal("the message's properties are too large: topic=" + message.getTopic() + ", bytes="
                    + text.size() + ", most=" + MessageProperties.MAX_BYTES + "; move large values to the body");
        }
        return text.toBytes();
    }

    /** What the properties take that nearly every message has. */
    private static int usualRoom(Message message) {
        return PropertiesWriter.room(PropertyNames.UNIQ_KEY, message.getMsgID())
                + PropertiesWriter.room(PropertyNames.WAIT, "true")
                + PropertiesWriter.room(PropertyNames.TAGS, message.getTag())
                + PropertiesWriter.room(PropertyNames.KEYS, message.getKey())
                + PropertiesWriter.room(PropertyNames.SHARDING_KEY, message.getShardingKey());
    }

    private static void appendUserProperties(PropertiesWriter text, Properties properties, Map<String, String> system) {
        for (String name : properties.stringPropertyNames()) {
            if (HalfMark.isImmunity(name) && system.containsKey(PropertyNames.CHECK_IMMUNITY_TIME)) {
                continue;
            }
            if (PropertyNames.RESERVED.contains(name)) {
                throw illegal("a user property has a name that the protocol reserves: name=" + name
                        + "; choose another, or use the message's own setter");
            }
            if (name.isEmpty()) {
                throw illegal("a user property has no name: value=" + properties.getProperty(name));
            }
            text.append(name, properties.getProperty(name));
        }
    }

    static MQClientException illegal(String reason) {
        return new MQClientException(ResponseCode.MESSAGE_ILLEGAL.number(), reason);
    }

    /**
     * A received message. Of a retried message the topic is the original one.
     *
     * @throws MQClientException if the body cannot be decompressed
     */
    public static Message message(StoredMessage stored, MessageQueue queue) {
        Map<String, String> properties = MessageProperties.decode(stored.properties());
        Message message = new Message(
                originalTopic(stored),
                properties.remove(PropertyNames.TAGS),
                properties.remove(PropertyNames.KEYS),
                BodyCompression.decompress(stored.sysFlag(), stored.body()));
        String id = properties.remove(PropertyNames.UNIQ_KEY);
        message.setMsgID(
                id != null ? id : new OffsetMessageId(stored.storeHost(), stored.commitLogOffset()).toString());
        message.setShardingKey(properties.remove(PropertyNames.SHARDING_KEY));
        message.setStartDeliverTime(time(properties));
        message.setBornTimestamp(stored.bornTimestamp());
        message.setBornHost(stored.bornHost().getAddress().getHostAddress() + ":"
                + stored.bornHost().getPort());
        message.setStoreTimestamp(stored.storeTimestamp());
        message.setReconsumeTimes(stored.reconsumeTimes());
        message.setOffset(stored.queueOffset());
        message.setTopicPartition(new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId()));
        properties.forEach((name, value) -> {
            if (PropertyNames.RESERVED.contains(name)) {
                message.putSystemProperties(name, value);
            } else {
                message.putUserProperties(name, value);
            }
        });
        return message;
    }

    /** The topic a message was sent to. A dead letter keeps its own, although it has been retried before. */
    public static String originalTopic(StoredMessage stored) {
        String original = ResourceNames.isRetryTopic(stored.topic())
                ? MessageProperties.get(stored.properties(), PropertyNames.RETRY_TOPIC)
                : null;
        return original == null ? stored.topic() : original;
    }

    private static long time(Map<String, String> properties) {
        String text = properties.remove(PropertyNames.START_DELIVER_TIME);
        if (text == null) {
            return 0;
        }
        properties.remove(PropertyNames.TIMER_DELIVER_MS);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
