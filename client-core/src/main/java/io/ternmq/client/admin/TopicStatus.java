package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a topic holds.
 *
 * @param topic the topic's name
 * @param queues its queues on all brokers, in order
 * @param storedPerSecond messages stored in each second of the last minute; 0 where a broker does not tell
 */
public record TopicStatus(String topic, List<QueueStatus> queues, double storedPerSecond) {

    public TopicStatus {
        queues = List.copyOf(queues);
    }

    /** How many messages the topic holds. */
    public long messages() {
        return queues.stream().mapToLong(QueueStatus::messages).sum();
    }

    /**
     * What one queue holds.
     *
     * @param queue which one
     * @param firstOffset offset of its first message
     * @param endOffset offset that its next message gets
     * @param lastStored when its last message came, or {@code null} if there is none
     */
    public record QueueStatus(
            TopicPartition queue,
            long firstOffset,
            long endOffset,
            @Nullable Instant lastStored) {

        /** How many messages the queue holds. */
        public long messages() {
            return endOffset - firstOffset;
        }
    }
}
