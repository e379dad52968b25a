package io.ternmq.client.internal.receive;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageSelector;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the application that polls wants: topics of which it has a share, or queues that it has chosen. Thread safe. */
final class Wanted {

    private final String group;
    private final Map<String, Subscription<Void>> subscriptions = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong(System.currentTimeMillis());
    private volatile @Nullable Map<String, List<MessageQueue>> assigned;

    Wanted(String group) {
        this.group = group;
    }

    /** Subscribes; tells whether the topic was subscribed to before. */
    synchronized boolean subscribe(String topic, MessageSelector selector) {
        if (assigned != null) {
            throw new MQClientException("queues are assigned to the consumer already: group=" + group + ", topic="
                    + topic + "; either subscribe or assign");
        }
        long version = versions.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis()));
        return subscriptions.put(topic, Subscription.of(topic, selector, null, version)) != null;
    }

    synchronized boolean unsubscribe(String topic) {
        return subscriptions.remove(topic) != null;
    }

    /** Chooses queues; tells the topics of which none is chosen any more. */
    synchronized Set<String> assign(Collection<MessageQueue> queues) {
        if (assigned == null && !subscriptions.isEmpty()) {
            throw new MQClientException("the consumer has subscribed to topics already: group=" + group + ", topics="
                    + new TreeSet<>(subscriptions.keySet()) + "; either subscribe or assign");
        }
        Map<String, Set<MessageQueue>> sorted = new TreeMap<>();
        for (MessageQueue queue : queues) {
            sorted.computeIfAbsent(queue.topic(), absent -> new TreeSet<>()).add(queue);
        }
        Map<String, List<MessageQueue>> chosen = new TreeMap<>();
        sorted.forEach((topic, some) -> {
            chosen.put(topic, List.copyOf(some));
            subscriptions.computeIfAbsent(topic, absent -> Subscription.of(topic, MessageSelector.byTag("*"), null, 0));
        });
        assigned = chosen;
        Set<String> noMore = new TreeSet<>(subscriptions.keySet());
        noMore.removeAll(chosen.keySet());
        subscriptions.keySet().removeAll(noMore);
        return noMore;
    }

    Set<String> topics() {
        return Set.copyOf(subscriptions.keySet());
    }

    @Nullable
    Subscription<Void> subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** The chosen queues of a topic, or {@code null} if they are shared out. */
    @Nullable
    List<MessageQueue> assigned(String topic) {
        Map<String, List<MessageQueue>> current = assigned;
        return current == null ? null : current.getOrDefault(topic, List.of());
    }

    /** All chosen queues, or {@code null} if queues are shared out. */
    @Nullable
    List<MessageQueue> assigned() {
        Map<String, List<MessageQueue>> current = assigned;
        return current == null
                ? null
                : current.values().stream().flatMap(List::stream).toList();
    }

    /** What brokers are to know of it: nothing about queues that were chosen. */
    Collection<Subscription<Void>> subscriptions() {
        return assigned == null ? List.copyOf(subscriptions.values()) : List.of();
    }
}
