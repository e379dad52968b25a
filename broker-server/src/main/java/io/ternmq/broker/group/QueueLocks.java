package io.ternmq.broker.group;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.topic.QueueId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which client of a group consumes a queue in order. A lock lasts {@link #LIFETIME} from the last time its owner asked for it. Locks do not
 * outlive the broker: after a restart the first to ask gets them. Thread safe.
 */
public final class QueueLocks {
    /** How long a lock lasts. */
    public static final Duration LIFETIME = Duration.ofSeconds(60);

    private final Clock clock;
    private final Map<String, Map<QueueId, Lock>> groups = new HashMap<>();

    /** Creates the table, empty. */
    public QueueLocks(Clock clock) {
        this.clock = clock;
    }

    /** Locks or renews what can be, and returns those of the queues that the client holds now. */
    public synchronized Set<QueueId> lock(String group, String clientId, Set<QueueId> queues) {
        long now = clock.millis();
        Map<QueueId, Lock> locks = groups.computeIfAbsent(group, absent -> new HashMap<>());
        Set<QueueId> held = new HashSet<>();
        for (QueueId queue : queues) {
            Lock lock = locks.get(queue);
            if (lock == null || lock.clientId.equals(clientId) || lock.expired(now)) {
                locks.put(queue, new Lock(clientId, now));
                held.add(queue);
            }
        }
        return held;
    }

    /** Gives up those of the queues that the client holds. */
    public synchronized void unlock(String group, String clientId, Set<QueueId> queues) {
        Map<QueueId, Lock> locks = groups.get(group);
        if (locks != null) {
            locks.entrySet()
                    .removeIf(entry -> queues.contains(entry.getKey())
                            && entry.getValue().clientId.equals(clientId));
            if (locks.isEmpty()) {
                groups.remove(group);
            }
        }
    }

    /** Returns whether any client of the group holds a lock, which means that the group consumes in order. */
    public synchronized boolean hasLocks(String group) {
        long now = clock.millis();
        Map<QueueId, Lock> locks = groups.get(group);
        return locks != null && locks.values().stream().anyMatch(lock -> !lock.expired(now));
    }

    /** Drops what has expired. */
    public synchronized void expire() {
        long now = clock.millis();
        groups.values().forEach(locks -> locks.values().removeIf(lock -> lock.expired(now)));
        groups.values().removeIf(Map::isEmpty);
    }

    private record Lock(String clientId, long touched) {
        boolean expired(long now) {
            return now - touched > LIFETIME.toMillis();
        }
    }
}
