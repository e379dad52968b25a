package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a consumer group has consumed.
 *
 * @param group the group's name
 * @param queues its queues on all brokers, in order, those of its retry topic among them; empty for a group that never consumed
 * @param consumedPerSecond messages delivered to it in each second of the last minute; 0 where a broker does not tell
 */
public record GroupProgress(String group, List<QueueProgress> queues, double consumedPerSecond) {

    public GroupProgress {
        queues = List.copyOf(queues);
    }

    /** How many messages the group has yet to consume. */
    public long lag() {
        return queues.stream().mapToLong(QueueProgress::lag).sum();
    }

    /** How many messages of a topic the group has yet to consume. */
    public long lag(String topic) {
        return queues.stream()
                .filter(queue -> queue.queue().topic().equals(topic))
                .mapToLong(QueueProgress::lag)
                .sum();
    }

    /**
     * Progress on one queue.
     *
     * @param queue which one
     * @param endOffset offset that its next message gets
     * @param committedOffset offset that the group consumes next
     * @param pulledOffset offset that the group pulls next, as far as the broker tells it apart
     * @param lastConsumed when the message that was consumed last had been stored, or {@code null} if there is none
     */
    public record QueueProgress(
            TopicPartition queue,
            long endOffset,
            long committedOffset,
            long pulledOffset,
            @Nullable Instant lastConsumed) {

        /** How many messages the group has yet to consume. */
        public long lag() {
            return Math.max(0, endOffset - committedOffset);
        }
    }
}
