package io.ternmq.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gets messages when the application asks for them. Its queues are shared out among the group ({@link #subscribe}), or
 * chosen by the application ({@link #assign}); the two do not mix. Messages are fetched ahead into a bounded cache, so that
 * a poll mostly finds them there.
 *
 * <p>Progress: what a poll has returned counts as done when the next poll, or {@link #commitSync()}, is called. With {@link
 * PullConsumerConfig#autoCommit()} it is committed every few seconds and at the end; without, only by {@link #commitSync()}.
 * A queue whose group has committed nothing begins where {@link PullConsumerConfig#startFrom()} says.
 *
 * <p>Threads: one thread polls at a time. {@link #wakeup()} and {@link #shutdown()} may be called by any other, and make it
 * return. All other methods may be called by any thread too; they block while they ask a broker. Messages do not come again
 * by themselves: there are no retries and no dead letters; seek back instead.
 */
public interface PullConsumer extends Admin {

    /** The queues of a topic, as brokers tell them now. */
    Set<TopicPartition> topicPartitions(String topic);

    /** Is told when a topic has other queues than before, for applications that assign. On a thread of its own. */
    void registerTopicPartitionChangedListener(String topic, TopicPartitionChangeListener listener);

    /** See {@link #registerTopicPartitionChangedListener}. */
    @FunctionalInterface
    interface TopicPartitionChangeListener {

        /** Tells all queues that the topic has now. */
        void onChanged(Set<TopicPartition> topicPartitions);
    }

    /**
     * Shares the queues of a topic with the other members of the group. A second call for the same topic replaces the first.
     *
     * @param subExpression {@code *} for all messages, or tags separated by {@code ||}
     * @throws MQClientException if the topic's name or the expression is illegal, or queues are assigned
     */
    void subscribe(String topic, String subExpression);

    /**
     * The same, with any kind of condition.
     *
     * @throws MQClientException if the topic's name is illegal, a broker cannot read the condition (code 23), or queues are
     *     assigned
     */
    void subscribe(String topic, MessageSelector selector);

    /** Ends the subscription to a topic; its queues go to the other members of the group. */
    void unsubscribe(String topic);

    /**
     * Takes exactly these queues, whoever else takes them. Those that were assigned before and are not among them are given
     * up. The group should have no members that subscribe: they would leave this one a share.
     *
     * @throws MQClientException if there is a subscription
     */
    void assign(Collection<TopicPartition> topicPartitions);

    /** The queues that are this consumer's now. */
    Set<TopicPartition> assignment();

    /**
     * Returns the next messages, at most {@link PullConsumerConfig#maxPollMessages()}: at once if there are any, else as soon
     * as there are, or none when the time is over, or when another thread calls {@link #wakeup()} or {@link #shutdown()}.
     *
     * @throws MQClientException if the consumer is not started or is shut down, if another thread is polling, if a message
     *     cannot be read (to go on seek beyond it, or reset the group), or if the thread is interrupted
     */
    List<Message> poll(Duration timeout);

    /** The same as {@link #poll(Duration)}, with milliseconds. */
    default List<Message> poll(long timeoutMillis) {
        return poll(Duration.ofMillis(timeoutMillis));
    }

    /** Makes the poll that waits, or else the next one, return at once. */
    void wakeup();

    /**
     * Goes on at another offset. What was fetched ahead of the queue is dropped.
     *
     * @throws MQClientException if the queue is not this consumer's
     */
    void seek(TopicPartition topicPartition, long offset);

    /** Goes on at the oldest message that is kept. */
    void seekToBeginning(TopicPartition topicPartition);

    /** Goes on with what comes from now on. */
    void seekToEnd(TopicPartition topicPartition);

    /** Goes on at the first message that was stored at an instant or later. */
    void seekToTime(TopicPartition topicPartition, Instant instant);

    /** Lets queues rest: nothing of them is returned or fetched until {@link #resume}, whatever happens to them meanwhile. */
    void pause(Collection<TopicPartition> topicPartitions);

    /** Ends {@link #pause}. */
    void resume(Collection<TopicPartition> topicPartitions);

    /** The offset of the first message of a queue that was stored at a time or later; its end if there is none. */
    Long offsetForTimestamp(TopicPartition topicPartition, Long timestamp);

    /** The offset that the group has committed for a queue, or {@code null}. */
    @Nullable
    Long committed(TopicPartition topicPartition);

    /**
     * Commits what all polls so far have returned, and where was sought to, in all queues of this consumer. Blocks.
     *
     * @throws MQClientException if a broker does not take it
     */
    void commitSync();
}
