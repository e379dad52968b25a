package io.ternmq.broker.store;

/**
 * Messages of a queue that follow each other.
 *
 * @param topic topic of the queue
 * @param queueId queue in its topic
 * @param from queue offset of the first
 * @param to queue offset behind the last
 */
public record QueueSpan(String topic, int queueId, long from, long to) {}
