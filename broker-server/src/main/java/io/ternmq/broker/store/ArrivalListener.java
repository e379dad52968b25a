package io.ternmq.broker.store;

/** Told of every message that became visible, in the order of its queue, by the thread that dispatches. Must not block. */
@FunctionalInterface
public interface ArrivalListener {
    /**
     * A message is visible.
     *
     * @param nextOffset the queue's new end: the message's queue offset + 1
     * @param tagsCode hash of its tag, 0 without
     * @param storeTimestamp ms
     */
    void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp);
}
