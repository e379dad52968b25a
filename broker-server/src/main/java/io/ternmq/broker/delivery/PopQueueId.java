package io.ternmq.broker.delivery;

/** A queue as one group pops from it. */
public record PopQueueId(String group, String topic, int queueId) {}
