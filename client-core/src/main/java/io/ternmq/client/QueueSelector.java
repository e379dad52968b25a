package io.ternmq.client;

import java.util.List;

/** Chooses the queue of a message that is sent in order. */
@FunctionalInterface
public interface QueueSelector {

    /**
     * Chooses a queue. Called on the thread that sends. An exception ends the send with it.
     *
     * @param queues the queues of the message's topic that can be written, sorted by broker and number; at least one
     * @return one of them
     */
    TopicPartition select(List<TopicPartition> queues, Message message);
}
