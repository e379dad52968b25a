package io.ternmq.client;

import java.time.Duration;

/**
 * The circumstances in which messages are handed to a {@link MessageListener} or a {@link BatchMessageListener}. Valid
 * until the listener returns. Tests of listeners may make one from a group alone: {@code () -> "group"}; what the listener
 * sets is ignored then.
 */
@FunctionalInterface
public interface ConsumeContext {

    /** The group that consumes. */
    String getGroupId();

    /**
     * Sets when the message, or each message of the batch that is not done, comes again if the listener asks for it;
     * otherwise the delay grows with the number of its failures. A TernMQ broker keeps the time to the millisecond; one
     * of Apache RocketMQ uses the nearest of its delay levels (1 s to 2 h). Has no effect if the listener succeeds.
     *
     * @throws MQClientException if it is negative
     */
    default void retryAfter(Duration delay) {}

    /**
     * For a {@link BatchMessageListener} that returns {@link Action#CommitMessage}: the messages up to this index are
     * done, those behind it come again later.
     *
     * @param index of the last message that is done; -1 if none is
     */
    default void setAcknowledgeIndex(int index) {}

    /**
     * Ends the tries: if the listener asks for the message again, or fails, it becomes a dead letter now. Of a batch that goes for each message that is
     * not done. Works the same with a broker of Apache RocketMQ.
     *
     * @param reason why, for those who look at dead letters; kept with the message
     */
    default void deadLetter(String reason) {}

    /**
     * For a {@link BatchMessageListener}: says what becomes of one message, whatever is said about the others, and whatever the listener returns or throws
     * afterwards.
     *
     * @param index of the message in the list that the listener was given
     */
    default void setOutcome(int index, ConsumeOutcome outcome) {}
}
