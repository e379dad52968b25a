package io.ternmq.client;

import java.time.Duration;

/** The circumstances in which a message is handed to a {@link MessageOrderListener}. Valid until the listener returns. */
public interface ConsumeOrderContext {

    /** The group that consumes. */
    String getGroupId();

    /**
     * Sets how long the queue is suspended if the listener asks for this message again, instead of the consumer's usual
     * {@link ConsumerConfig#suspendTime()}.
     *
     * @throws MQClientException if it is not between 10 ms and 30 s
     */
    void suspendFor(Duration time);

    /**
     * Ends the tries: if the listener asks for the message again, or fails, it becomes a dead letter now and the queue goes on with the next. Works the same
     * with a broker of Apache RocketMQ.
     *
     * @param reason why, for those who look at dead letters; kept with the message
     */
    default void deadLetter(String reason) {}
}
