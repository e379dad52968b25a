package io.ternmq.protocol.body;

/**
 * How a group gets the messages of a topic if it lets the broker share out the queues (code 401).
 *
 * @param mode {@link #PULL} or {@link #POP}
 * @param popShareQueueNum of POP, how many other members' queues a member pops from too; 0 or less: all queues
 */
public record RequestMode(String topic, String consumerGroup, String mode, int popShareQueueNum) {
    /** A queue has one consumer, who keeps its offset. */
    public static final String PULL = "PULL";

    /** A queue has many consumers, and the broker keeps account of each message. */
    public static final String POP = "POP";
}
