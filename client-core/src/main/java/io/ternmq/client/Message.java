package io.ternmq.client;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A message to send, or one that was received. Mutable and not thread-safe: fill it, send it, and leave it alone until
 * the send is over.
 *
 * <p>What the application attaches are <em>user properties</em>. What the messaging system attaches (retries, timers,
 * transactions) are <em>system properties</em>, kept apart: they can be read, and are not sent again.
 */
public class Message {

    private String topic;
    private String tag;
    private String key;
    private byte[] body;
    private @Nullable Properties userProperties;
    private @Nullable Map<String, String> systemProperties;
    private @Nullable String msgId;
    private @Nullable String shardingKey;
    private @Nullable String bornHost;
    private @Nullable TopicPartition topicPartition;
    private long startDeliverTime;
    private int delayLevel;
    private long bornTimestamp;
    private long storeTimestamp;
    private long offset = -1;
    private int reconsumeTimes;

    /** A message without topic and body; both must be set before it is sent. */
    public Message() {
        this("", "", new byte[0]);
    }

    public Message(String topic, @Nullable String tag, byte[] body) {
        this(topic, tag, null, body);
    }

    public Message(String topic, @Nullable String tag, @Nullable String key, byte[] body) {
        this.topic = Objects.requireNonNull(topic, "topic");
        this.tag = tag == null ? "" : tag;
        this.key = key == null ? "" : key;
        this.body = Objects.requireNonNull(body, "body");
    }

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = Objects.requireNonNull(topic, "topic");
    }

    /** The tag by which consumers filter; empty if there is none. */
    public String getTag() {
        return tag;
    }

    public void setTag(@Nullable String tag) {
        this.tag = tag == null ? "" : tag;
    }

    /** The business keys by which the message can be looked up, separated by blanks; empty if there are none. */
    public String getKey() {
        return key;
    }

    /** Sets the business key, such as an order's number; several keys are separated by blanks. */
    public void setKey(@Nullable String key) {
        this.key = key == null ? "" : key;
    }

    /** The content itself, not a copy. */
    public byte[] getBody() {
        return body;
    }

    public void setBody(byte[] body) {
        this.body = Objects.requireNonNull(body, "body");
    }

    /** The message's id: known as soon as a send has begun, the same for every consumer and every retry. */
    public @Nullable String getMsgID() {
        return msgId;
    }

    /** Set by the producer; an application that sets it itself must take care that it is unique. */
    public void setMsgID(@Nullable String msgId) {
        this.msgId = msgId;
    }

    /** The user properties; changes to them change the message. */
    public Properties getUserProperties() {
        Properties properties = userProperties;
        if (properties == null) {
            properties = new Properties();
            userProperties = properties;
        }
        return properties;
    }

    /** The value of a user property, or {@code null}. */
    public @Nullable String getUserProperties(String name) {
        return userProperties == null ? null : userProperties.getProperty(name);
    }

    /** Replaces all user properties. Names and values must be text. */
    public void setUserProperties(@Nullable Properties userProperties) {
        this.userProperties = userProperties;
    }

    /** Sets a user property. Names that the protocol reserves are refused when the message is sent. */
    public void putUserProperties(String name, String value) {
        getUserProperties().setProperty(name, value);
    }

    /** Whether there is any user property. */
    public boolean hasUserProperties() {
        return userProperties != null && !userProperties.isEmpty();
    }

    /** What the messaging system has attached to a received message, by the names of the protocol; read-only. */
    public Map<String, String> getSystemProperties() {
        return systemProperties == null ? Map.of() : Collections.unmodifiableMap(systemProperties);
    }

    /** For the messaging system, and for tests of listeners: attaches a system property to a received message. */
    public void putSystemProperties(String name, String value) {
        if (systemProperties == null) {
            systemProperties = new LinkedHashMap<>();
        }
        systemProperties.put(name, value);
    }

    /** How often the message has been delivered to this group before. */
    public int getReconsumeTimes() {
        return reconsumeTimes;
    }

    public void setReconsumeTimes(int reconsumeTimes) {
        this.reconsumeTimes = reconsumeTimes;
    }

    /** The earliest time of delivery, in milliseconds since the epoch; 0 for at once. */
    public long getStartDeliverTime() {
        return startDeliverTime;
    }

    /** Sets the earliest time of delivery, in milliseconds since the epoch; a time in the past means at once. */
    public void setStartDeliverTime(long startDeliverTime) {
        this.startDeliverTime = startDeliverTime;
    }

    /** The delay level; 0 for none. */
    public int getDelayLevel() {
        return delayLevel;
    }

    /**
     * Sets a delay by one of the levels that every broker of the protocol knows: 1 to 18 are 1 s, 5 s, 10 s, 30 s, 1 to 10 min, 20 min,
     * 30 min, 1 h and 2 h; a higher one counts as 18, and 0 means none. Prefer {@link #setStartDeliverTime}, unless the message goes to an
     * Apache RocketMQ broker older than 5.0. A level counts before a time.
     */
    public void setDelayLevel(int delayLevel) {
        this.delayLevel = delayLevel;
    }

    /** Whether the message is to be delivered later: it has a time or a delay level. */
    public boolean isDelayed() {
        return startDeliverTime > 0 || delayLevel > 0;
    }

    /** The key whose messages stay in order; empty if there is none. */
    public String getShardingKey() {
        return shardingKey == null ? "" : shardingKey;
    }

    public void setShardingKey(@Nullable String shardingKey) {
        this.shardingKey = shardingKey;
    }

    /** When the message was sent, by the sender's clock, in milliseconds since the epoch; 0 before it is sent. */
    public long getBornTimestamp() {
        return bornTimestamp;
    }

    public void setBornTimestamp(long bornTimestamp) {
        this.bornTimestamp = bornTimestamp;
    }

    /** The address the message was sent from, as the broker saw it ({@code host:port}); empty if unknown. */
    public String getBornHost() {
        return bornHost == null ? "" : bornHost;
    }

    public void setBornHost(@Nullable String bornHost) {
        this.bornHost = bornHost;
    }

    /** When the broker stored the message, by its clock, in milliseconds since the epoch; 0 before it is received. */
    public long getStoreTimestamp() {
        return storeTimestamp;
    }

    public void setStoreTimestamp(long storeTimestamp) {
        this.storeTimestamp = storeTimestamp;
    }

    /** The position in the queue it was received from; -1 before it is received. */
    public long getOffset() {
        return offset;
    }

    public void setOffset(long offset) {
        this.offset = offset;
    }

    /** The queue it was received from; of a retried message, the queue of the retries. */
    public @Nullable TopicPartition getTopicPartition() {
        return topicPartition;
    }

    public void setTopicPartition(@Nullable TopicPartition topicPartition) {
        this.topicPartition = topicPartition;
    }

    /** Everything but the body, of which only the size is told, and small texts, which help in examples. */
    @Override
    public String toString() {
        return "Message[topic=" + topic + ", tag=" + tag + ", key=" + key + ", msgId=" + msgId + ", reconsumeTimes="
                + reconsumeTimes + ", userProperties=" + (userProperties == null ? "{}" : userProperties) + ", body="
                + (body.length <= 64 ? new String(body, StandardCharsets.UTF_8) : body.length + " bytes") + "]";
    }
}
