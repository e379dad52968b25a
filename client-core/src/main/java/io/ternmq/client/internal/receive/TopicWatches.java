package io.ternmq.client.internal.receive;

import io.ternmq.client.PullConsumer.TopicPartitionChangeListener;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells applications when a topic has other queues than before. They are called one after the other, on one thread. */
final class TopicWatches {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicWatches.class);

    private static final class Watch {
        private final TopicPartitionChangeListener listener;
        private @Nullable Set<TopicPartition> known;

        Watch(TopicPartitionChangeListener listener) {
            this.listener = listener;
        }
    }

    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final ListenerPool<Runnable> thread;

    TopicWatches(String group) {
        this.thread = new ListenerPool<>(1, OwnThreads.platform(group + "-topics"), Runnable::run);
    }

    void add(String topic, TopicPartitionChangeListener listener) {
        watches.put(topic, new Watch(listener));
    }

    boolean isWatched(String topic) {
        return watches.containsKey(topic);
    }

    /** Gets to know the queues that the topics have now. Of them nobody is told. */
    void begin(ClientInstance client) {
        for (String topic : watches.keySet()) {
            client.routes().watch(topic);
            CompletableFuture<?> unused = client.routes().forReceiving(topic).whenComplete((route, error) -> {
                if (error != null) {
                    LOGGER.debug("a watched topic is not there yet: topic={}, reason={}", topic, error.toString());
                }
                look(client);
            });
        }
    }

    /** Looks whether anything has changed. */
    void look(ClientInstance client) {
        watches.forEach((topic, watch) -> {
            Route route = client.routes().known(topic);
            if (route == null || route.provisional()) {
                return;
            }
            Set<TopicPartition> now = partitions(route.readQueues());
            synchronized (watch) {
                Set<TopicPartition> before = watch.known;
                watch.known = now;
                if (before != null && !before.equals(now)) {
                    thread.submit(() -> watch.listener.onChanged(now));
                }
            }
        });
    }

    void close() {
        thread.close();
    }

    static Set<TopicPartition> partitions(Collection<MessageQueue> queues) {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        queues.forEach(queue -> partitions.add(new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId())));
        return partitions;
    }
}
