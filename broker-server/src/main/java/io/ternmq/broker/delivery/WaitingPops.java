package io.ternmq.broker.delivery;

import io.ternmq.broker.delivery.WaitingPulls.Cause;
import io.ternmq.broker.delivery.WaitingPulls.Resume;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.store.ArrivalListener;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pops that found nothing and wait for a message of a topic or of its retries. A message wakes one of each group, the one that has waited longest, because only one can
 * have it. Each is resumed exactly once on its connection's own thread; if the connection closes first, it is dropped and another one woken in its place.
 *
 * <p>Thread safe. Who parks a pop must look once more afterwards, as with {@link WaitingPulls}.
 */
public final class WaitingPops implements ArrivalListener {
    private static final int ANY_QUEUE = -1;

    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    /** By topic, and by the topic of its retries. */
    private final Map<String, Groups> topics = new ConcurrentHashMap<>();

    private final Map<ClientConnection, Set<Place>> placesOfConnection = new HashMap<>();

    /** Creates the table with a limit on how many may wait at a time. */
    public WaitingPops(int most) {
        this.most = most;
    }

    /**
     * Lets a pop wait.
     *
     * @param queueId the queue it wants to pop from; -1 for any
     * @param filter what it wants of the topic by tag hash; retries are not filtered
     * @param resume called once on the connection's thread
     * @return the waiting pop, or {@code null} if too many are waiting
     */
    public @Nullable WaitingPop park(
            String group,
            String topic,
            int queueId,
            MessageFilter filter,
            ClientConnection connection,
            Duration timeout,
            Resume resume) {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return null;
        }
        Place place = new Place(group, topic);
        WaitingPop pop = new WaitingPop(place, queueId, filter, connection, resume);
        boolean first;
        synchronized (placesOfConnection) {
            first = !placesOfConnection.containsKey(connection);
            placesOfConnection
                    .computeIfAbsent(connection, absent -> new HashSet<>())
                    .add(place);
        }
        add(topic, pop);
        add(ResourceNames.popRetryTopic(group, topic), pop);
        pop.deadline = connection.schedule(() -> pop.resumeNow(Cause.DEADLINE), timeout);
        if (first) {
            connection.onClose(() -> drop(connection));
        }
        return pop;
    }

    private void add(String topic, WaitingPop pop) {
        topics.compute(topic, (name, known) -> {
            Groups groups = known == null ? new Groups() : known;
            groups.add(pop);
            return groups;
        });
    }

    private void forget(String topic, WaitingPop pop) {
        topics.computeIfPresent(topic, (name, groups) -> {
            groups.remove(pop);
            return groups.size == 0 ? null : groups;
        });
    }

    @Override
    public void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp) {
        Groups groups = topics.get(topic);
        if (groups == null || groups.size == 0) {
            return;
        }
        for (WaitingPop pop : groups.firstOfEach(topic, queueId, tagsCode)) {
            pop.wake();
        }
    }

    /** Wakes the one that has waited longest of those of a group on a topic, or on the topic of its retries. */
    public void wake(String group, String topic) {
        Groups groups = topics.get(topic);
        WaitingPop pop = groups == null ? null : groups.first(group);
        if (pop != null) {
            pop.wake();
        }
    }

    /** Returns how many are waiting. */
    public int size() {
        return count.get();
    }

    /** Returns how many of a group wait for a topic. */
    public int size(String group, String topic) {
        Groups groups = topics.get(topic);
        return groups == null ? 0 : groups.size(group);
    }

    /** A client leaves a group: it would not acknowledge what it got now. Its pops are dropped without an answer. */
    public void left(String group, ClientConnection connection) {
        List<Place> places;
        synchronized (placesOfConnection) {
            places = placesOfConnection.getOrDefault(connection, Set.of()).stream()
                    .filter(place -> place.group.equals(group))
                    .toList();
        }
        places.forEach(place -> drop(place, connection));
    }

    private void drop(ClientConnection connection) {
        Set<Place> places;
        synchronized (placesOfConnection) {
            places = placesOfConnection.remove(connection);
        }
        if (places == null) {
            return;
        }
        places.forEach(place -> drop(place, connection));
    }

    private void drop(Place place, ClientConnection connection) {
        Groups groups = topics.get(place.topic);
        if (groups != null) {
            groups.of(place.group, connection).forEach(WaitingPop::claim);
        }
        // It may have been woken for a message just now.
        wake(place.group, place.topic);
    }

    /** What a group waits for. */
    private record Place(String group, String topic) {}

    /** Pops waiting for one topic, by group. */
    private static final class Groups {
        private final Map<String, LinkedHashSet<WaitingPop>> pops = new HashMap<>();
        private volatile int size;

        synchronized void add(WaitingPop pop) {
            pops.computeIfAbsent(pop.place.group, absent -> new LinkedHashSet<>())
                    .add(pop);
            size++;
        }

        synchronized void remove(WaitingPop pop) {
            LinkedHashSet<WaitingPop> group = pops.get(pop.place.group);
            if (group != null && group.remove(pop)) {
                size--;
                if (group.isEmpty()) {
                    pops.remove(pop.place.group);
                }
            }
        }

        synchronized List<WaitingPop> firstOfEach(String topic, int queueId, long tagsCode) {
            List<WaitingPop> chosen = new ArrayList<>(2);
            for (LinkedHashSet<WaitingPop> group : pops.values()) {
                for (Iterator<WaitingPop> all = group.iterator(); all.hasNext(); ) {
                    WaitingPop pop = all.next();
                    if (pop.wants(topic, queueId, tagsCode)) {
                        chosen.add(pop);
                        // Another message finds the next one.
                        all.remove();
                        size--;
                        break;
                    }
                }
            }
            return chosen;
        }

        synchronized @Nullable WaitingPop first(String group) {
            LinkedHashSet<WaitingPop> waiting = pops.get(group);
            return waiting == null || waiting.isEmpty()
                    ? null
                    : waiting.iterator().next();
        }

        synchronized List<WaitingPop> of(String group, ClientConnection connection) {
            return pops.getOrDefault(group, new LinkedHashSet<>()).stream()
                    .filter(pop -> pop.connection == connection)
                    .toList();
        }

        synchronized int size(String group) {
            LinkedHashSet<WaitingPop> waiting = pops.get(group);
            return waiting == null ? 0 : waiting.size();
        }
    }

    /** One pop that waits. */
    public final class WaitingPop {
        private final Place place;
        private final int queueId;
        private final MessageFilter filter;
        private final ClientConnection connection;
        private final Resume resume;
        private ClientConnection.@Nullable Cancellable deadline;
        private boolean claimed;

        private WaitingPop(Place place, int queueId, MessageFilter filter, ClientConnection connection, Resume resume) {
            this.place = place;
            this.queueId = queueId;
            this.filter = filter;
            this.connection = connection;
            this.resume = resume;
        }

        private boolean wants(String topic, int arrivedAt, long tagsCode) {
            return !topic.equals(place.topic)
                    || ((queueId == ANY_QUEUE || queueId == arrivedAt) && filter.matches(tagsCode));
        }

        /** Ends the waiting without resuming; returns whether it was still going on. */
        public boolean claim() {
            synchronized (this) {
                if (claimed) {
                    return false;
                }
                claimed = true;
            }
            count.decrementAndGet();
            forget(place.topic, this);
            forget(ResourceNames.popRetryTopic(place.group, place.topic), this);
            ClientConnection.Cancellable running = deadline;
            if (running != null) {
                running.cancel();
            }
            return true;
        }

        /** Off the thread that has the news, which has no time; the deadline may come first, and then it is that. */
        private void wake() {
            connection.execute(() -> resumeNow(Cause.ARRIVAL));
        }

        private void resumeNow(Cause cause) {
            if (claim()) {
                resume.resume(cause);
            }
        }
    }
}
