package io.ternmq.interop.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a group was given in order: for each sharding key the messages 0, 1, 2 and so on. They may come again, but none may come before its
 * predecessors. Thread safe.
 */
final class Sequences {
    private static final int EXAMPLES = 20;

    private final String name;
    private final Map<String, Integer> newest = new TreeMap<>();
    private final List<Delivery> deliveries = new ArrayList<>();

    private record Delivery(long nanos, String key, int number) {}

    Sequences(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** A message has come at this {@link System#nanoTime}; those of other processes are told a moment later than others. */
    synchronized void accept(String key, int number, long nanos) {
        deliveries.add(new Delivery(nanos, key, number));
        newest.merge(key, number, Math::max);
    }

    /** The newest message of each key. */
    synchronized Map<String, Integer> newest() {
        return new TreeMap<>(newest);
    }

    /** Some messages that came before their predecessors. */
    synchronized List<String> leaps() {
        deliveries.sort(Comparator.comparingLong(Delivery::nanos));
        List<String> leaps = new ArrayList<>();
        Map<String, Integer> before = new HashMap<>();
        for (Delivery delivery : deliveries) {
            int expected = before.getOrDefault(delivery.key(), -1) + 1;
            if (delivery.number() > expected && leaps.size() < EXAMPLES) {
                leaps.add(delivery.key() + ": " + delivery.number() + " instead of " + expected + " or earlier");
            }
            before.merge(delivery.key(), delivery.number(), Math::max);
        }
        return leaps;
    }

    @Override
    public synchronized String toString() {
        return name + ": deliveries=" + deliveries.size() + ", newest=" + newest + ", leaps=" + leaps();
    }
}
