package io.ternmq.broker;

import io.ternmq.broker.store.ArrivalListener;
import org.jspecify.annotations.Nullable;

/** Passes arrivals on to those who wait for them. The second can only be built when the store is open, and is added then. */
final class Arrivals implements ArrivalListener {
    private final ArrivalListener first;
    private volatile @Nullable ArrivalListener second;

    Arrivals(ArrivalListener first) {
        this.first = first;
    }

    void add(ArrivalListener listener) {
        second = listener;
    }

    @Override
    public void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp) {
        first.arrived(topic, queueId, nextOffset, tagsCode, storeTimestamp);
        ArrivalListener other = second;
        if (other != null) {
            other.arrived(topic, queueId, nextOffset, tagsCode, storeTimestamp);
        }
    }
}
