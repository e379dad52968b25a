package io.ternmq.spring.support;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import org.springframework.messaging.MessageHeaders;

/**
 * A received message as Spring sees it: the body as payload, everything else as headers (see {@link TernMQHeaders}). The
 * client's own objects stay at hand for those who ask for them.
 */
public final class ReceivedMessage implements org.springframework.messaging.Message<byte[]> {

    private final Message message;
    private final ConsumeContext context;
    private final MessageHeaders headers;

    public ReceivedMessage(Message message, ConsumeContext context) {
        this.message = message;
        this.context = context;
        this.headers = new Headers(headers(message, context.getGroupId()));
    }

    @Override
    public byte[] getPayload() {
        return message.getBody();
    }

    @Override
    public MessageHeaders getHeaders() {
        return headers;
    }

    /** The message as the client delivered it. */
    public Message message() {
        return message;
    }

    /** The circumstances in which the client delivered it. */
    public ConsumeContext context() {
        return context;
    }

    private static Map<String, Object> headers(Message message, String group) {
        Map<String, Object> headers = new HashMap<>();
        if (message.hasUserProperties()) {
            message.getUserProperties()
                    .stringPropertyNames()
                    .forEach(name ->
                            headers.put(name, message.getUserProperties().getProperty(name)));
        }
        headers.put(TernMQHeaders.TOPIC, message.getTopic());
        headers.put(TernMQHeaders.GROUP, group);
        headers.put(TernMQHeaders.RECONSUME_TIMES, message.getReconsumeTimes());
        headers.put(TernMQHeaders.BORN_TIMESTAMP, message.getBornTimestamp());
        headers.put(TernMQHeaders.STORE_TIMESTAMP, message.getStoreTimestamp());
        headers.put(TernMQHeaders.OFFSET, message.getOffset());
        putText(headers, TernMQHeaders.TAGS, message.getTag());
        putText(headers, TernMQHeaders.KEYS, message.getKey());
        putText(headers, TernMQHeaders.SHARDING_KEY, message.getShardingKey());
        putText(headers, TernMQHeaders.BORN_HOST, message.getBornHost());
        Map<String, String> system = message.getSystemProperties();
        putText(headers, TernMQHeaders.ORIGINAL_TOPIC, system.getOrDefault("RETRY_TOPIC", ""));
        putText(headers, TernMQHeaders.DEAD_LETTER_REASON, system.getOrDefault("DLQ_REASON", ""));
        String id = message.getMsgID();
        if (id != null) {
            headers.put(TernMQHeaders.MESSAGE_ID, id);
        }
        if (message.getStartDeliverTime() > 0) {
            headers.put(TernMQHeaders.DELIVER_AT, message.getStartDeliverTime());
        }
        TopicPartition partition = message.getTopicPartition();
        if (partition != null) {
            headers.put(TernMQHeaders.BROKER_NAME, partition.brokerName());
            headers.put(TernMQHeaders.QUEUE_ID, partition.queueId());
        }
        return headers;
    }

    private static void putText(Map<String, Object> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.put(name, value);
        }
    }

    @Override
    public String toString() {
        return "ReceivedMessage[" + message + ", group=" + context.getGroupId() + "]";
    }

    /** Without the random id that Spring would add: the message has its own. */
    private static final class Headers extends MessageHeaders {

        private static final long serialVersionUID = 1L;

        Headers(Map<String, Object> headers) {
            super(headers, ID_VALUE_NONE, -1L);
        }
    }
}
