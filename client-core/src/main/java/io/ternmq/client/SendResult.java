package io.ternmq.client;

import java.util.Objects;

/**
 * Where and how a message was stored. Immutable.
 *
 * <p>The message id is the one the producer gave to the message and every consumer sees; the offset message id is the
 * broker's own, by which its tools find the record.
 */
public class SendResult {

    private final String topic;
    private final String messageId;
    private final TopicPartition partition;
    private final long offset;
    private final String offsetMessageId;
    private final SendStatus status;

    public SendResult(
            String messageId, TopicPartition partition, long offset, String offsetMessageId, SendStatus status) {
        this.topic = partition.topic();
        this.messageId = Objects.requireNonNull(messageId, "messageId");
        this.partition = partition;
        this.offset = offset;
        this.offsetMessageId = Objects.requireNonNull(offsetMessageId, "offsetMessageId");
        this.status = Objects.requireNonNull(status, "status");
    }

    public String getTopic() {
        return topic;
    }

    public String getMessageId() {
        return messageId;
    }

    /** The queue that holds the message. */
    public TopicPartition getTopicPartition() {
        return partition;
    }

    /** The message's position in its queue. */
    public long getOffset() {
        return offset;
    }

    /** The broker's id of the record; of a timed message, that of the record in which it waits. */
    public String getOffsetMessageId() {
        return offsetMessageId;
    }

    public SendStatus getStatus() {
        return status;
    }

    @Override
    public String toString() {
        return "SendResult[topic=" + topic + ", messageId=" + messageId + ", partition=" + partition.getPartition()
                + ", offset=" + offset + ", status=" + status + "]";
    }
}
