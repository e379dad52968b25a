package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is doing, as it tells itself.
 *
 * @param group its group
 * @param clientId its id
 * @param properties its settings, by the names that the client uses
 * @param subscriptions what it subscribes to
 * @param queues the queues that it has
 * @param rates how fast it consumes, by topic
 * @param stacks the stacks of its threads, if they were asked for and are told
 */
public record ConsumerInfo(
        String group,
        String clientId,
        Map<String, String> properties,
        List<SubscriptionInfo> subscriptions,
        List<ConsumedQueue> queues,
        Map<String, Rates> rates,
        Optional<String> stacks) {

    public ConsumerInfo {
        properties = Map.copyOf(properties);
        subscriptions = List.copyOf(subscriptions);
        queues = List.copyOf(queues);
        rates = Map.copyOf(rates);
    }

    /**
     * A queue that the consumer has.
     *
     * @param queue which one
     * @param committedOffset offset up to which everything is consumed
     * @param cachedMessages messages that it holds and has not consumed
     * @param locked whether it holds the queue's lock, to consume in order
     * @param lastPulled when it last got messages, or {@code null}
     * @param lastConsumed when it last consumed one, or {@code null}
     */
    public record ConsumedQueue(
            TopicPartition queue,
            long committedOffset,
            int cachedMessages,
            boolean locked,
            @Nullable Instant lastPulled,
            @Nullable Instant lastConsumed) {}

    /**
     * How fast a topic is consumed.
     *
     * @param pulledPerSecond messages pulled in each second
     * @param consumedPerSecond messages consumed in each second
     * @param failedPerSecond messages in each second whose listener failed
     * @param averageMillis what the listener took for a message, in milliseconds
     */
    public record Rates(
            double pulledPerSecond, double consumedPerSecond, double failedPerSecond, double averageMillis) {}
}
