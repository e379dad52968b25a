package io.ternmq.client;

/**
 * Receives the messages of each queue one after the other, in the order in which they were stored: a message follows only
 * when the one before it is done. Messages of one sharding key are in one queue; a topic with a single queue is in order
 * as a whole. Each queue has one member of the group at a time, which holds the broker's lock on it, and one listener's
 * thread at a time. Always {@link MessageModel#CLUSTERING}.
 *
 * <p>A listener that fails holds its queue up, and no other: the message comes again after {@link
 * ConsumerConfig#suspendTime()}, without limit unless {@link ConsumerConfig#maxReconsumeTimes()} sets one; beyond it the
 * message becomes a dead letter and the queue goes on. {@link Message#getReconsumeTimes()} tells how often it has failed.
 * {@link ConsumerConfig#consumeTimeout()} does not apply: giving up a listener that is still running would break the
 * order.
 *
 * <p>Messages come at least once. After a crash, those since the last commit (5 seconds) come again, still in order.
 */
public interface OrderConsumer extends Admin {

    /**
     * Subscribes to a topic; before or after {@link #start()}. A second call for the same topic replaces the first.
     *
     * @param subExpression {@code *} for all messages, or tags separated by {@code ||}
     * @throws MQClientException if the topic's name or the expression is illegal
     */
    void subscribe(String topic, String subExpression, MessageOrderListener listener);

    /**
     * Subscribes to a topic by tags or by a condition over properties; before or after {@link #start()}, where it asks the brokers about a condition
     * and blocks meanwhile. A second call for the same topic replaces the first.
     *
     * @throws MQClientException if the topic's name or the expression is illegal; a condition that brokers cannot read is refused here if the
     *     consumer is started, else by {@link #start()}
     */
    void subscribe(String topic, MessageSelector selector, MessageOrderListener listener);

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
