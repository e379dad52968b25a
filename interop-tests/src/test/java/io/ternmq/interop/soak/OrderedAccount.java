package io.ternmq.interop.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was sent in order to one topic: for each sharding key the messages 0, 1, 2 and so on. Thread safe. */
final class OrderedAccount {
    private final String topic;
    private final Map<String, Integer> promised = new LinkedHashMap<>();
    private final List<Sequences> groups = new ArrayList<>();

    OrderedAccount(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    /** The number that follows in the key's sequence. */
    synchronized int next(String key) {
        return promised.getOrDefault(key, -1) + 1;
    }

    /** The broker has promised to deliver the message. */
    synchronized void acknowledge(String key, int number) {
        promised.put(key, number);
    }

    /** A group that gets all messages in order. */
    synchronized Sequences group(String name) {
        Sequences added = new Sequences(name);
        groups.add(added);
        return added;
    }

    synchronized List<Sequences> groups() {
        return List.copyOf(groups);
    }

    /** What has not come to which group. */
    synchronized List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Sequences group : groups) {
            Map<String, Integer> newest = group.newest();
            promised.forEach((key, number) -> {
                if (newest.getOrDefault(key, -1) < number) {
                    missing.add(group.name() + " lacks " + key + " from " + (newest.getOrDefault(key, -1) + 1) + " to "
                            + number);
                }
            });
        }
        return missing;
    }

    @Override
    public synchronized String toString() {
        return topic + ": acknowledged=" + promised;
    }
}
