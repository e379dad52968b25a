package io.ternmq.client.internal.send;

import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the queue of a sharding key, the same as the ONS SDK does. */
final class OrderedQueues {

    private record Sorted(Route route, List<MessageQueue> queues) {}

    private final Map<String, Sorted> topics = new ConcurrentHashMap<>();

    /** The key's queue, or {@code null} if the topic has none to write to. */
    @Nullable
    MessageQueue of(Route route, String shardingKey) {
        List<MessageQueue> queues = all(route);
        // The least integer has no absolute value; there it is 0.
        int hash = shardingKey.hashCode();
        int positive = hash == Integer.MIN_VALUE ? 0 : hash < 0 ? -hash : hash;
        return queues.isEmpty() ? null : queues.get(positive % queues.size());
    }

    /** The queues to write to, sorted by broker and number. */
    @SuppressWarnings(
            "ReferenceEquality") // Whether it is the route seen last, at no cost; an equal one is sorted again.
    List<MessageQueue> all(Route route) {
        Sorted sorted = topics.get(route.topic());
        if (sorted == null || sorted.route() != route) {
            List<MessageQueue> queues = new ArrayList<>(route.writeQueues());
            Collections.sort(queues);
            sorted = new Sorted(route, queues);
            topics.put(route.topic(), sorted);
        }
        return sorted.queues();
    }
}
