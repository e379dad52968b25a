package io.ternmq.client;

import java.time.Instant;
import java.util.Set;

/**
 * Queues that a consumer has got, and where it begins in them. Where it begins may be changed until {@link AssignmentListener#onAssigned} returns,
 * by the thread that calls it; a place that was chosen is committed like progress. Whoever chooses one each time repeats, or leaves out, what other
 * members have done since: {@link #startOffset} is where the group is.
 *
 * <p>The methods that ask a broker block, and throw {@link MQClientException} if it does not answer; the queue begins where it was then, unless
 * the listener does something about it.
 */
public interface Assignment {

    /** The consumer's group. */
    String group();

    /** The queues, at least one. */
    Set<TopicPartition> queues();

    /**
     * The offset at which a queue begins.
     *
     * @throws MQClientException if it is none of these
     */
    long startOffset(TopicPartition queue);

    /**
     * Begins at another offset.
     *
     * @throws MQClientException if the queue is none of these, the offset is negative, or it is too late
     */
    void seek(TopicPartition queue, long offset);

    /** Begins at the oldest message that is kept. Blocks. */
    void seekToBeginning(TopicPartition queue);

    /** Begins with what comes from now on. Blocks. */
    void seekToEnd(TopicPartition queue);

    /** Begins at the first message that was stored at an instant or later. Blocks. */
    void seekToTime(TopicPartition queue, Instant instant);
}
