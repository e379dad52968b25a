package io.ternmq.broker.delivery;

import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.protocol.message.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a group has popped from one queue and not yet acknowledged. The offset that counts for the group is the lowest of those, so that after a crash
 * everything that was in doubt is delivered again. Whoever commits another offset for the group, such as an operator who resets it, is followed.
 *
 * <p>Thread safe by its own lock. One pop at a time reads the store, outside of the lock, so that acknowledgements never wait for the disk.
 */
final class PopQueue {
    /** Most messages that a group may hold of a queue, so that consumers that never acknowledge cost bounded memory. */
    static final int MAX_IN_FLIGHT = 10_000;

    /** Runs of messages that a filter keeps back are skipped in steps; after these the consumer asks again. */
    private static final int MAX_READS = 4;

    private static final long NEVER = Long.MAX_VALUE;

    private final PopQueueId id;
    private final MessageStore store;
    private final Offsets offsets;
    private final TreeMap<Long, Lease> leases = new TreeMap<>();
    private long cursor;
    private long committed = -1;
    private boolean ordered;
    private @Nullable String attemptId;
    private int deliveries;
    private long touched;
    private boolean removed;
    /** Whether one pop is reading at the cursor. */
    private boolean reading;

    private boolean missed;
    /** Not after the earliest expiry. */
    private volatile long nextExpiry = NEVER;

    PopQueue(PopQueueId id, MessageStore store, Offsets offsets) {
        this.id = id;
        this.store = store;
        this.offsets = offsets;
    }

    PopQueueId id() {
        return id;
    }

    long nextExpiry() {
        return nextExpiry;
    }

    /** Leases messages; {@code null} if there is none to be had now. Reads the store without holding the lock. */
    @Nullable
    PoppedBatch pop(Pop pop, int maxMessages, int maxBytes, long now) {
        int room = begin(pop, maxMessages, now);
        if (room == 0) {
            return null;
        }
        MessageFilter filter = ResourceNames.isRetryTopic(id.topic()) ? MessageFilter.ALL : pop.filter();
        // Nobody else moves it meanwhile.
        long next = cursor();
        PoppedBatch batch = null;
        try {
            for (int reads = 0; batch == null && reads < MAX_READS; reads++) {
                ReadResult found = store.read(id.topic(), id.queueId(), next, room, maxBytes, filter);
                if (found.status() == ReadResult.Status.FOUND) {
                    batch = PoppedBatch.of(id, found, deliveries());
                } else if (found.status() == ReadResult.Status.NO_MESSAGE_AT_END) {
                    break;
                }
                next = found.nextOffset();
            }
        } finally {
            end(batch, next, pop, now);
        }
        return batch;
    }

    /** Reserves the queue for one reader; how many messages may be leased. */
    private synchronized int begin(Pop pop, int maxMessages, long now) {
        if (removed) {
            return 0;
        }
        if (reading) {
            missed = true;
            return 0;
        }
        touched = now;
        follow(pop.fromEnd());
        reading = !isHeld(pop) && leases.size() < MAX_IN_FLIGHT;
        return reading ? Math.min(maxMessages, MAX_IN_FLIGHT - leases.size()) : 0;
    }

    private synchronized void end(@Nullable PoppedBatch batch, long next, Pop pop, long now) {
        reading = false;
        cursor = next;
        if (batch != null && !removed) {
            lease(batch, pop, now);
        }
        commit();
    }

    /** Whether somebody has looked at the queue in vain while it was being read, and should look again; asked once. */
    synchronized boolean takeMissed() {
        boolean was = missed && !reading;
        missed &= reading;
        return was;
    }

    private void lease(PoppedBatch batch, Pop pop, long now) {
        long expiry = now + pop.invisibleMillis();
        for (Long offset : batch.offsets()) {
            leases.put(offset, new Lease(now, expiry, false));
        }
        nextExpiry = Math.min(nextExpiry, expiry);
        ordered = pop.ordered();
        attemptId = pop.attemptId();
    }

    private synchronized int deliveries() {
        return deliveries;
    }

    /** Whether nothing may be leased, because an ordered pop holds the queue; lets the same attempt have its messages again. */
    private boolean isHeld(Pop pop) {
        if (leases.isEmpty() || !(ordered || pop.ordered())) {
            return false;
        }
        if (ordered && pop.ordered() && attemptId != null && attemptId.equals(pop.attemptId())) {
            rewind();
            return false;
        }
        return true;
    }

    /** Whether a pop now would find messages to look at. */
    synchronized boolean hasAvailable(boolean orderedPop) {
        if (reading) {
            missed = true;
            return false;
        }
        boolean held = !leases.isEmpty() && (ordered || orderedPop);
        return !held && leases.size() < MAX_IN_FLIGHT && cursor < store.maxOffset(id.topic(), id.queueId());
    }

    /** Where a pop begins to read. */
    synchronized long cursor() {
        return cursor;
    }

    /** Ends a lease for good. */
    synchronized Acknowledged acknowledge(long offset, long popTime) {
        Lease lease = leases.get(offset);
        if (lease == null || lease.popTime != popTime || lease.isReviving()) {
            return Acknowledged.UNKNOWN;
        }
        boolean wasFull = leases.size() >= MAX_IN_FLIGHT;
        leases.remove(offset);
        commit();
        if (leases.isEmpty()) {
            deliveries = 0;
        }
        return wasFull || (ordered && leases.isEmpty()) ? Acknowledged.AND_FREED : Acknowledged.DONE;
    }

    /** Lets a lease end at another time; false if it is not there any more. The new pop time is {@code now}. */
    synchronized boolean change(long offset, long popTime, long invisibleMillis, boolean prolongs, long now) {
        Lease lease = leases.get(offset);
        if (lease == null || lease.popTime != popTime || lease.isReviving()) {
            return false;
        }
        long expiry = now + invisibleMillis;
        leases.put(offset, new Lease(now, expiry, !prolongs));
        nextExpiry = Math.min(nextExpiry, expiry);
        return true;
    }

    /** Lets those leases end sooner whose holders have said when; what is in hand does not notice. */
    synchronized void bringForward(long millis) {
        for (Map.Entry<Long, Lease> entry : leases.entrySet()) {
            Lease lease = entry.getValue();
            if (lease.givenBack && !lease.isReviving()) {
                Lease sooner = new Lease(lease.popTime, lease.expiry - millis, true);
                entry.setValue(sooner);
                nextExpiry = Math.min(nextExpiry, sooner.expiry);
            }
        }
    }

    /** Whether a message is on its way to the retries. */
    synchronized boolean isReviving() {
        return leases.values().stream().anyMatch(Lease::isReviving);
    }

    synchronized PopProgress progress() {
        Set<Long> held = new TreeSet<>();
        Map<Long, Long> givenBack = new TreeMap<>();
        leases.forEach((offset, lease) -> {
            if (lease.givenBack && !lease.isReviving()) {
                givenBack.put(offset, lease.expiry);
            } else {
                held.add(offset);
            }
        });
        return new PopProgress(cursor, held, givenBack);
    }

    /**
     * Takes out up to {@code most} leases that have expired, to be revived elsewhere; until {@link #revived} or {@link #reviveLater} they count as
     * in flight, and can no longer be acknowledged. An ordered queue goes back to the first of them instead, and none is returned.
     */
    synchronized List<Long> takeExpired(long now, int most) {
        List<Long> expired = new ArrayList<>();
        long next = NEVER;
        for (Map.Entry<Long, Lease> entry : leases.entrySet()) {
            Lease lease = entry.getValue();
            if (lease.isReviving()) {
                continue;
            }
            if (lease.expiry <= now && expired.size() < most) {
                expired.add(entry.getKey());
            } else {
                next = Math.min(next, lease.expiry);
            }
        }
        nextExpiry = next;
        if (ordered && !expired.isEmpty()) {
            rewind();
            return List.of();
        }
        expired.forEach(offset -> leases.put(offset, Lease.REVIVING));
        return expired;
    }

    /** Goes back to the first message that is not acknowledged. */
    private void rewind() {
        cursor = leases.firstKey();
        leases.clear();
        nextExpiry = NEVER;
        deliveries++;
    }

    /** The message of an expired lease is safe in another place. */
    synchronized void revived(long offset) {
        if (leases.remove(offset, Lease.REVIVING)) {
            commit();
        }
    }

    /** The message of an expired lease could not be put elsewhere; to be tried again. */
    synchronized void reviveLater(long offset, long when) {
        if (leases.replace(offset, Lease.REVIVING, new Lease(Lease.NOBODY, when, true))) {
            nextExpiry = Math.min(nextExpiry, when);
        }
    }

    /** Marks the queue as no longer used, if it holds nothing and was not used since; it must not be used afterwards. */
    synchronized boolean retire(long unusedSince) {
        removed = leases.isEmpty() && !reading && touched < unusedSince;
        return removed;
    }

    /** Marks the queue as no longer used, because its topic is gone. */
    synchronized void drop() {
        removed = true;
        leases.clear();
        nextExpiry = NEVER;
    }

    synchronized boolean isRetired() {
        return removed;
    }

    /** Takes over the group's offset, if somebody else has set it, or begins. */
    private void follow(boolean fromEnd) {
        // Nobody pulls who would have to be told.
        boolean reset = offsets.takeReset(id.group(), id.topic(), id.queueId()).isPresent();
        OptionalLong counts = offsets.committed(id.group(), id.topic(), id.queueId());
        if (!reset && counts.isPresent() && counts.getAsLong() == committed) {
            return;
        }
        leases.clear();
        nextExpiry = NEVER;
        deliveries = 0;
        cursor = counts.isPresent() ? counts.getAsLong() : start(fromEnd);
        commit();
    }

    private long start(boolean fromEnd) {
        long min = store.minOffset(id.topic(), id.queueId());
        boolean atEnd =
                fromEnd && !ResourceNames.isRetryTopic(id.topic()) && !store.isComplete(id.topic(), id.queueId());
        return atEnd ? store.maxOffset(id.topic(), id.queueId()) : min;
    }

    private void commit() {
        long counts = leases.isEmpty() ? cursor : leases.firstKey();
        if (counts != committed && !removed) {
            committed = counts;
            offsets.commit(id.group(), id.topic(), id.queueId(), counts);
        }
    }

    /** What an acknowledgement has done. */
    enum Acknowledged {
        /** Nothing: the lease is over or was never given. */
        UNKNOWN,
        /** Ended a lease. */
        DONE,
        /** Ended a lease, and others may have messages of the queue again. */
        AND_FREED
    }

    /**
     * One message that a consumer has, or that is on its way to the retries.
     *
     * @param givenBack whether its holder has said when it is to come again
     */
    private record Lease(long popTime, long expiry, boolean givenBack) {
        /** The pop time of a lease that nobody has a handle of. */
        private static final long NOBODY = -1;

        private static final Lease REVIVING = new Lease(NOBODY, NEVER, true);

        boolean isReviving() {
            return expiry == NEVER;
        }
    }
}
