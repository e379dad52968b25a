package io.ternmq.client;

import java.util.Objects;

/** One queue of a topic on one broker. */
public record TopicPartition(String topic, String brokerName, int queueId) {

    public TopicPartition {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(brokerName, "brokerName");
    }

    public String getTopic() {
        return topic;
    }

    /** Broker name and queue number as one word: {@code broker#queue}. */
    public String getPartition() {
        return brokerName + '#' + queueId;
    }
}
