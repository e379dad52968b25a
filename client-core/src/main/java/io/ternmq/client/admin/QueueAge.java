package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How old the messages of a queue are, and how far a consumer group is behind in time.
 *
 * @param queue which one
 * @param firstStored when its first message came, or {@code null} if there is none
 * @param lastStored when its last message came, or {@code null} if there is none
 * @param consumedUntil when the message that was consumed last had come, or {@code null} if there is none
 * @param behind for how long the next message has been waiting; zero if all are consumed
 */
public record QueueAge(
        TopicPartition queue,
        @Nullable Instant firstStored,
        @Nullable Instant lastStored,
        @Nullable Instant consumedUntil,
        Duration behind) {}
