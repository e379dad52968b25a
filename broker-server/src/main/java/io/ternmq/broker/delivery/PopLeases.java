package io.ternmq.broker.delivery;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.base.Running;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.broker.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Messages that pop consumers hold: each is leased to one of them for a time, and delivered to the group again if it is not acknowledged by then. Leases live
 * in memory only; what a crash forgets is delivered again from the group's offset on.
 *
 * <p>Thread safe. Leases expire on the thread {@code ternmq-pop}.
 */
public final class PopLeases implements Agent, AutoCloseable {
    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);
    /** Expired messages of a queue that are put back at a time, so that no queue holds up the others. */
    private static final int REVIVED_AT_ONCE = 256;

    private final MessageStore store;
    private final Offsets offsets;
    private final Topics topics;
    private final Clock clock;
    private final WaitingPops waiting;
    private final PopRevival revival;
    private final Map<PopQueueId, PopQueue> queues = new ConcurrentHashMap<>();
    private volatile long nextWork = Long.MAX_VALUE;
    private volatile @Nullable Running running;

    /** Creates the table, empty; {@link #start} lets leases expire. */
    public PopLeases(
            MessageStore store,
            Offsets offsets,
            Topics topics,
            GroupSettings groups,
            Clock clock,
            WaitingPops waiting) {
        this.store = store;
        this.offsets = offsets;
        this.topics = topics;
        this.clock = clock;
        this.waiting = waiting;
        this.revival = new PopRevival(store, topics, groups, this::expireBy);
    }

    /** Starts the thread on which leases expire. */
    public void start() {
        running = AgentRunner.start(this);
    }

    /**
     * Leases messages from the queues of the request, in its order, until it has enough.
     *
     * @param now the time of the pop, which is part of the handles
     */
    public List<PoppedBatch> pop(Pop pop, long now) {
        List<PoppedBatch> batches = new ArrayList<>(2);
        int count = 0;
        int bytes = 0;
        for (PopQueueId id : pop.queues()) {
            if (count >= pop.maxMessages() || (count > 0 && bytes >= pop.maxBytes())) {
                break;
            }
            PoppedBatch batch = popOne(id, pop, pop.maxMessages() - count, pop.maxBytes() - bytes, now);
            if (batch != null) {
                batches.add(batch);
                count += batch.offsets().size();
                bytes += batch.bytes();
            }
        }
        if (!batches.isEmpty()) {
            expireBy(now + pop.invisibleMillis());
        }
        return batches;
    }

    private @Nullable PoppedBatch popOne(PopQueueId id, Pop pop, int maxMessages, int maxBytes, long now) {
        while (true) {
            PopQueue queue = queue(id);
            PoppedBatch batch = queue.pop(pop, maxMessages, maxBytes, now);
            if (queue.takeMissed()) {
                waiting.wake(id.group(), id.topic());
            }
            if (batch != null || !queue.isRetired()) {
                return batch;
            }
            queues.remove(id, queue);
        }
    }

    private PopQueue queue(PopQueueId id) {
        return queues.computeIfAbsent(id, absent -> new PopQueue(id, store, offsets));
    }

    /** Whether a pop would find messages to look at; with a filter it may still get none. */
    public boolean hasAvailable(List<PopQueueId> ids, boolean ordered) {
        for (PopQueueId id : ids) {
            PopQueue queue = queues.get(id);
            boolean available = queue == null ? cursor(id) < end(id) : queue.hasAvailable(ordered);
            if (available) {
                return true;
            }
        }
        return false;
    }

    /** Whether a pop will most likely find all in memory; if not, it may wait for the disk. */
    public boolean isAtHand(List<PopQueueId> ids) {
        for (PopQueueId id : ids) {
            if (!store.isAtHand(id.topic(), id.queueId(), cursor(id))) {
                return false;
            }
        }
        return true;
    }

    /** How many messages lie behind what was popped. */
    public long rest(List<PopQueueId> ids) {
        long rest = 0;
        for (PopQueueId id : ids) {
            rest += Math.max(0, end(id) - cursor(id));
        }
        return rest;
    }

    /** Where a pop would begin to read a queue; at its beginning if the group is new to it. */
    public long cursor(PopQueueId id) {
        PopQueue queue = queues.get(id);
        return queue != null
                ? queue.cursor()
                : offsets.committed(id.group(), id.topic(), id.queueId())
                        .orElseGet(() -> store.minOffset(id.topic(), id.queueId()));
    }

    /** Shows what a pop would find, unfiltered, and leases nothing. */
    public List<PoppedBatch> peek(List<PopQueueId> ids, int maxMessages, int maxBytes) {
        List<PoppedBatch> batches = new ArrayList<>(2);
        int left = maxMessages;
        for (PopQueueId id : ids) {
            if (left == 0) {
                break;
            }
            ReadResult found = store.read(id.topic(), id.queueId(), cursor(id), left, maxBytes, MessageFilter.ALL);
            if (found.status() == ReadResult.Status.FOUND) {
                batches.add(PoppedBatch.of(id, found, 0));
                left -= found.count();
            }
        }
        return batches;
    }

    private long end(PopQueueId id) {
        return store.maxOffset(id.topic(), id.queueId());
    }

    /** Acknowledges a message for good; false if its lease is over or was never given. */
    public boolean acknowledge(PopQueueId id, long offset, long popTime) {
        PopQueue queue = queues.get(id);
        PopQueue.Acknowledged outcome =
                queue == null ? PopQueue.Acknowledged.UNKNOWN : queue.acknowledge(offset, popTime);
        if (outcome == PopQueue.Acknowledged.AND_FREED) {
            waiting.wake(id.group(), id.topic());
        }
        return outcome != PopQueue.Acknowledged.UNKNOWN;
    }

    /**
     * Lets a lease end a while after {@code now}, which becomes its pop time.
     *
     * @param prolongs whether the message stays in its holder's hand, and is not given back
     * @return false if it is over or was never given
     */
    public boolean change(PopQueueId id, long offset, long popTime, long invisibleMillis, boolean prolongs, long now) {
        PopQueue queue = queues.get(id);
        if (queue == null || !queue.change(offset, popTime, invisibleMillis, prolongs, now)) {
            return false;
        }
        expireBy(now + invisibleMillis);
        return true;
    }

    /**
     * Lets messages that were given back come again sooner by {@code time}; those that are due then are in the topics of the retries when this
     * returns. What consumers have in hand does not notice.
     */
    public void advance(Duration time) {
        queues.values().forEach(queue -> queue.bringForward(time.toMillis()));
        long now = clock.millis();
        for (PopQueue queue : queues.values()) {
            while (queue.nextExpiry() <= now) {
                expire(queue, now);
            }
        }
        long patience = System.nanoTime() + MOST_PATIENCE.toNanos();
        while (queues.values().stream().anyMatch(PopQueue::isReviving) && System.nanoTime() < patience) {
            LockSupport.parkNanos(this, 500_000);
        }
        expireBy(now);
    }

    /** How far a group has come with a queue; {@code null} if nobody of it pops it. */
    public @Nullable PopProgress progress(PopQueueId id) {
        PopQueue queue = queues.get(id);
        return queue == null ? null : queue.progress();
    }

    private void expireBy(long when) {
        Running thread = running;
        if (thread != null && when < nextWork) {
            nextWork = when;
            thread.wake();
        }
    }

    @Override
    public String name() {
        return "ternmq-pop";
    }

    @Override
    public long work() {
        long now = clock.millis();
        // Who leases from now on looks at this, and wakes the thread.
        nextWork = now + LONGEST_PAUSE_MILLIS;
        long next = nextWork;
        queues.values().removeIf(queue -> isOver(queue, now));
        for (PopQueue queue : queues.values()) {
            if (queue.nextExpiry() <= now) {
                expire(queue, now);
            }
            next = Math.min(next, queue.nextExpiry());
        }
        nextWork = Math.min(nextWork, next);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, next - now));
    }

    private boolean isOver(PopQueue queue, long now) {
        if (topics.find(queue.id().topic()) == null) {
            queue.drop();
            return true;
        }
        return queue.retire(now - UNUSED.toMillis());
    }

    private void expire(PopQueue queue, long now) {
        List<Long> expired = queue.takeExpired(now, REVIVED_AT_ONCE);
        for (long offset : expired) {
            revival.revive(queue, offset, now);
        }
        waiting.wake(queue.id().group(), queue.id().topic());
    }

    @Override
    public void close() {
        Running thread = running;
        if (thread != null) {
            thread.close();
        }
    }
}
