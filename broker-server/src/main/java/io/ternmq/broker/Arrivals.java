package io.ternmq.broker;

import io.ternmq.broker.store.ArrivalListener;

/** Passes arrivals on to those who wait for them. */
record Arrivals(ArrivalListener first, ArrivalListener second) implements ArrivalListener {
    @Override
    public void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp) {
        first.arrived(topic, queueId, nextOffset, tagsCode, storeTimestamp);
        second.arrived(topic, queueId, nextOffset, tagsCode, storeTimestamp);
    }
}
