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
}
