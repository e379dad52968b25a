package io.ternmq.broker.delivery;

import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.store.ArrivalListener;
import io.ternmq.broker.store.MessageFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pulls that found nothing and wait for a message, by queue. Each is resumed exactly once on its connection's own thread: by a message that
 * passes its filter, by its deadline, or by whoever parked it; if the connection closes first, it is dropped. Thread safe.
 *
 * <p>Who parks a pull must look at the queue once more afterwards: a message that arrived between "nothing there" and the parking has
 * been announced already.
 */
public final class WaitingPulls implements ArrivalListener {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Map<Integer, Waiting>> queues = new ConcurrentHashMap<>();
    private final Map<ClientConnection, Set<WaitingPull>> byConnection = new HashMap<>();

    /** Creates the table with a limit on how many may wait at a time. */
    public WaitingPulls(int most) {
        this.most = most;
    }

    /**
     * Lets a pull wait.
     *
     * @param wanted the offset it wants; messages from there on wake it
     * @param filter what it wants by tag hash
     * @param resume called once on the connection's thread
     * @return the waiting pull, or {@code null} if too many are waiting
     */
    public @Nullable WaitingPull park(
            String topic,
            int queue,
            long wanted,
            MessageFilter filter,
            ClientConnection connection,
            Duration timeout,
            Resume resume) {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return null;
        }
        Waiting waiting = queues.computeIfAbsent(topic, absent -> new ConcurrentHashMap<>())
                .computeIfAbsent(queue, absent -> new Waiting());
        WaitingPull pull = new WaitingPull(wanted, filter, connection, resume, waiting);
        boolean first;
        synchronized (byConnection) {
            first = !byConnection.containsKey(connection);
            byConnection.computeIfAbsent(connection, absent -> new HashSet<>()).add(pull);
        }
        waiting.add(pull);
        pull.deadline = connection.schedule(() -> pull.resumeNow(Cause.DEADLINE), timeout);
        if (first) {
            connection.onClose(() -> drop(connection));
        }
        return pull;
    }

    @Override
    public void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp) {
        Map<Integer, Waiting> waitingByQueue = queues.get(topic);
        Waiting waiting = waitingByQueue == null ? null : waitingByQueue.get(queueId);
        if (waiting == null || waiting.size == 0) {
            return;
        }
        for (WaitingPull pull : waiting.takeMatching(nextOffset, tagsCode)) {
            pull.connection.execute(() -> pull.resumeNow(Cause.ARRIVAL));
        }
    }

    /** Lets all go on that wait for a queue, because something but a message has happened to it. */
    public void wake(String topic, int queueId) {
        Map<Integer, Waiting> waitingByQueue = queues.get(topic);
        Waiting waiting = waitingByQueue == null ? null : waitingByQueue.get(queueId);
        if (waiting != null) {
            for (WaitingPull pull : waiting.takeAll()) {
                pull.connection.execute(() -> pull.resumeNow(Cause.CHANGE));
            }
        }
    }

    /** Returns how many pulls are waiting. */
    public int size() {
        return count.get();
    }

    private void drop(ClientConnection connection) {
        Set<WaitingPull> pulls;
        synchronized (byConnection) {
            pulls = byConnection.remove(connection);
        }
        if (pulls != null) {
            List.copyOf(pulls).forEach(WaitingPull::claim);
        }
    }

    /** Why a pull goes on. */
    public enum Cause {
        /** A message is there. */
        ARRIVAL,
        /** It has waited for as long as it wanted. */
        DEADLINE,
        /** Something else has happened to the queue. */
        CHANGE
    }

    /** What to do when the waiting is over. */
    @FunctionalInterface
    public interface Resume {
        /** Goes on. Called on the connection's thread. */
        void resume(Cause cause);
    }

    /** Pulls waiting for one queue. */
    private static final class Waiting {
        private final List<WaitingPull> pulls = new ArrayList<>(2);
        private volatile int size;

        synchronized void add(WaitingPull pull) {
            pulls.add(pull);
            size = pulls.size();
        }

        synchronized void remove(WaitingPull pull) {
            pulls.remove(pull);
            size = pulls.size();
        }

        synchronized List<WaitingPull> takeAll() {
            List<WaitingPull> all = List.copyOf(pulls);
            pulls.clear();
            size = 0;
            return all;
        }

        synchronized List<WaitingPull> takeMatching(long nextOffset, long tagsCode) {
            List<WaitingPull> matching = new ArrayList<>(2);
            for (Iterator<WaitingPull> all = pulls.iterator(); all.hasNext(); ) {
                WaitingPull pull = all.next();
                if (pull.wanted < nextOffset && pull.filter.matches(tagsCode)) {
                    matching.add(pull);
                    all.remove();
                }
            }
            size = pulls.size();
            return matching;
        }
    }

    /** One pull that waits. */
    public final class WaitingPull {
        private final long wanted;
        private final MessageFilter filter;
        private final ClientConnection connection;
        private final Resume resume;
        private final Waiting waiting;
        private ClientConnection.@Nullable Cancellable deadline;
        private boolean claimed;

        private WaitingPull(
                long wanted, MessageFilter filter, ClientConnection connection, Resume resume, Waiting waiting) {
            this.wanted = wanted;
            this.filter = filter;
            this.connection = connection;
            this.resume = resume;
            this.waiting = waiting;
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
            waiting.remove(this);
            synchronized (byConnection) {
                Set<WaitingPull> pulls = byConnection.get(connection);
                if (pulls != null) {
                    pulls.remove(this);
                }
            }
            ClientConnection.Cancellable running = deadline;
            if (running != null) {
                running.cancel();
            }
            return true;
        }

        private void resumeNow(Cause cause) {
            if (claim()) {
                resume.resume(cause);
            }
        }
    }
}
