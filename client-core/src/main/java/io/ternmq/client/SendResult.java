package io.ternmq.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable String recallHandle;

    public SendResult(
            String messageId, TopicPartition partition, long offset, String offsetMessageId, SendStatus status) {
        this(messageId, partition, offset, offsetMessageId, status, null);
    }

    public SendResult(
            String messageId,
            TopicPartition partition,
            long offset,
            String offsetMessageId,
            SendStatus status,
            @Nullable String recallHandle) {
        this.topic = partition.topic();
        this.messageId = Objects.requireNonNull(messageId, "messageId");
        this.partition = partition;
        this.offset = offset;
        this.offsetMessageId = Objects.requireNonNull(offsetMessageId, "offsetMessageId");
        this.status = Objects.requireNonNull(status, "status");
        this.recallHandle = recallHandle;
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

    /**
     * What to take a message back with that waits for its delivery time, see {@link Producer#recall}; {@code null} if it is delivered at
     * once, or the broker has no such thing.
     */
    public @Nullable String getRecallHandle() {
        return recallHandle;
    }

    @Override
    public String toString() {
        return "SendResult[topic=" + topic + ", messageId=" + messageId + ", partition=" + partition.getPartition()
                + ", offset=" + offset + ", status=" + status + "]";
    }
}
