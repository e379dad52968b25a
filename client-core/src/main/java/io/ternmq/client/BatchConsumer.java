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

    /**
     * Subscribes to a topic by tags or by a condition over properties; before or after {@link #start()}, where it asks the brokers about a condition
     * and blocks meanwhile. A second call for the same topic replaces the first.
     *
     * @throws MQClientException if the topic's name or the expression is illegal; a condition that brokers cannot read is refused here if the
     *     consumer is started, else by {@link #start()}
     */
    void subscribe(String topic, MessageSelector selector, BatchMessageListener listener);

    /** Ends the subscription to a topic; its queues go to the other members of the group. */
    void unsubscribe(String topic);

    /**
     * Lets the consumer rest until {@link #resume()}; before or after {@link #start()}. Listeners that are running come to their end, no other is called,
     * and nothing more is fetched. It stays a member of its group and keeps its queues: their messages wait. Does not block.
     */
    void suspend();

    /** Ends {@link #suspend()}; does nothing if the consumer does not rest. */
    void resume();
}
