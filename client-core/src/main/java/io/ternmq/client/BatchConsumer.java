package io.ternmq.client;

/**
 * Receives messages by listeners that take several at once: what is at hand of a topic when a thread is free, up to
 * {@link ConsumerConfig#consumeBatchSize()}. It never waits for a batch to fill up. Apart from that like {@link Consumer}.
 */
public interface BatchConsumer extends Admin {

    /**
     * Subscribes to a topic; before or after {@link #start()}. A second call for the same topic replaces the first.
     *
     * @param subExpression {@code *} for all messages, or tags separated by {@code ||}
     * @throws MQClientException if the topic's name or the expression is illegal
     */
    void subscribe(String topic, String subExpression, BatchMessageListener listener);

    /** Ends the subscription to a topic; its queues go to the other members of the group. */
    void unsubscribe(String topic);
}
