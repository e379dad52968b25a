package io.ternmq.client;

/**
 * Receives messages by listeners. Each message of a subscribed topic goes to one member of the group ({@link
 * MessageModel#CLUSTERING}) or to every member ({@link MessageModel#BROADCASTING}), at least once.
 *
 * <p>All members of a group must subscribe to the same topics with the same expressions.
 */
public interface Consumer extends Admin {

    /**
     * Subscribes to a topic; before or after {@link #start()}. A second call for the same topic replaces the first.
     *
     * @param subExpression {@code *} for all messages, or tags separated by {@code ||}
     * @throws MQClientException if the topic's name or the expression is illegal
     */
    void subscribe(String topic, String subExpression, MessageListener listener);

    /**
     * Subscribes to a topic by tags or by a condition over properties; before or after {@link #start()}, where it asks the brokers about a condition
     * and blocks meanwhile. A second call for the same topic replaces the first.
     *
     * @throws MQClientException if the topic's name or the expression is illegal; a condition that brokers cannot read is refused here if the
     *     consumer is started, else by {@link #start()}
     */
    void subscribe(String topic, MessageSelector selector, MessageListener listener);

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
