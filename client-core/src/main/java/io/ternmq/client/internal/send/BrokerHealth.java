package io.ternmq.client.internal.send;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Remembers which brokers have failed lately, so that sends go elsewhere as long as there is an elsewhere. */
final class BrokerHealth {

    static final long NOT_REACHED_NANOS = TimeUnit.SECONDS.toNanos(2);
    static final long NO_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Map<String, Long> avoidedUntil = new ConcurrentHashMap<>();

    void failed(String brokerName, long avoidNanos) {
        avoidedUntil.put(brokerName, System.nanoTime() + avoidNanos);
    }

    void succeeded(String brokerName) {
        if (!avoidedUntil.isEmpty()) {
            avoidedUntil.remove(brokerName);
        }
    }

    boolean isGood(String brokerName) {
        if (avoidedUntil.isEmpty()) {
            return true;
        }
        Long until = avoidedUntil.get(brokerName);
        return until == null || until - System.nanoTime() < 0;
    }
}
