package io.ternmq.client.internal.send;

import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses queues in turn, for each topic: of brokers that are well and quick as long as there are such, and after a failure
 * preferably one of another broker.
 */
final class QueueChooser {

    private final BrokerHealth health;
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

    QueueChooser(BrokerHealth health) {
        this.health = health;
    }

    BrokerHealth health() {
        return health;
    }

    /**
     * The queue to try.
     *
     * @param failed the queue that was tried before, if any
     * @return the queue, or {@code null} if the topic has none to write to
     */
    @Nullable
    MessageQueue choose(Route route, @Nullable MessageQueue failed) {
        List<MessageQueue> queues = route.writeQueues();
        if (queues.isEmpty()) {
            return null;
        }
        int first = Math.floorMod(turn(route).getAndIncrement(), queues.size());
        String failedBroker = failed == null ? null : failed.brokerName();
        MessageQueue chosen = find(
                queues, first, queue -> !queue.brokerName().equals(failedBroker) && health.isGood(queue.brokerName()));
        if (chosen == null) {
            chosen = find(queues, first, queue -> !queue.brokerName().equals(failedBroker));
        }
        if (chosen == null) {
            chosen = find(queues, first, queue -> !queue.equals(failed));
        }
        return chosen == null ? queues.get(first) : chosen;
    }

    /**
     * The queue to try first, of a broker that can take more now.
     *
     * @param isFree whether a broker of this name can take more
     * @return the queue, or {@code null} if it is better to wait for a good broker than to take another
     */
    @Nullable
    MessageQueue chooseFree(Route route, Predicate<String> isFree) {
        List<MessageQueue> queues = route.writeQueues();
        AtomicInteger turn = turn(route);
        int first = Math.floorMod(turn.get(), queues.size());
        MessageQueue chosen =
                find(queues, first, queue -> isFree.test(queue.brokerName()) && health.isGood(queue.brokerName()));
        if (chosen == null) {
            MessageQueue good = find(queues, first, queue -> health.isGood(queue.brokerName()));
            if (good == null) {
                chosen = find(queues, first, queue -> isFree.test(queue.brokerName()));
            } else if (isFree.test(good.brokerName())) {
                // It has become good just now: no answer is to come for which one could wait.
                chosen = good;
            }
        }
        if (chosen != null) {
            turn.incrementAndGet();
        }
        return chosen;
    }

    private AtomicInteger turn(Route route) {
        return turns.computeIfAbsent(route.topic(), topic -> new AtomicInteger());
    }

    private static @Nullable MessageQueue find(List<MessageQueue> queues, int first, Predicate<MessageQueue> wanted) {
        for (int i = 0; i < queues.size(); i++) {
            MessageQueue queue = queues.get((first + i) % queues.size());
            if (wanted.test(queue)) {
                return queue;
            }
        }
        return null;
    }
}
