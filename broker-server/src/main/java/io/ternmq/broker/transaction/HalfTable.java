package io.ternmq.broker.transaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The half messages whose transactions have not ended, by where they are and by when their next check is due. About 250 bytes each.
 * Safe for any thread; nothing in here blocks for long.
 */
final class HalfTable {
    private static final Comparator<Half> BY_NEXT_CHECK =
            Comparator.<Half>comparingLong(half -> half.nextCheck).thenComparingLong(half -> half.logOffset);

    private final TreeMap<Long, Half> halves = new TreeMap<>();
    /** Those that were appended anew, by each of their earlier log offsets. */
    private final TreeMap<Long, Half> former = new TreeMap<>();

    private final TreeSet<Half> schedule = new TreeSet<>(BY_NEXT_CHECK);
    private final Map<String, ProducerGroup> groups = new HashMap<>();

    synchronized int count() {
        return halves.size();
    }

    /** When the oldest was stored; 0 if there is none. */
    synchronized long oldestStoredAt() {
        if (halves.isEmpty()) {
            return 0;
        }
        long oldest = halves.firstEntry().getValue().storedAt;
        for (Half half : former.values()) {
            oldest = Math.min(oldest, half.storedAt);
        }
        return oldest;
    }

    /** Nothing below this log offset is needed to know these; {@code otherwise} if there is none. */
    synchronized long lowestOffset(long otherwise) {
        long lowest = halves.isEmpty() ? otherwise : halves.firstKey();
        return former.isEmpty() ? lowest : Math.min(lowest, former.firstKey());
    }

    /** The one at this log offset, which may be where it was before it was appended anew. */
    synchronized @Nullable Half find(long logOffset) {
        Half half = halves.get(logOffset);
        return half != null ? half : former.get(logOffset);
    }

    synchronized boolean contains(long logOffset) {
        return halves.containsKey(logOffset);
    }

    /** Takes one whose details are not known yet. */
    synchronized void addUnknown(long logOffset, long queueOffset, Collection<Long> formerOffsets) {
        long first = formerOffsets.stream().mapToLong(Long::longValue).min().orElse(logOffset);
        Half half = new Half(logOffset, queueOffset, first);
        halves.put(logOffset, half);
        formerOffsets.forEach(offset -> former.put(offset, half));
    }

    /** Takes a new one. */
    synchronized void add(long logOffset, long queueOffset, String group, long storedAt, long wait, int checks) {
        if (!halves.containsKey(logOffset)) {
            Half half = new Half(logOffset, queueOffset, logOffset);
            halves.put(logOffset, half);
            describe(half, group, storedAt, wait, checks);
        }
    }

    /** Takes one in the place of another, which keeps its age, its checks and its names. */
    synchronized void replace(long before, long logOffset, long queueOffset, String group, long storedAt, long wait) {
        Half old = halves.get(before);
        if (old == null) {
            return;
        }
        Half half = new Half(logOffset, queueOffset, old.firstOffset);
        halves.put(logOffset, half);
        former.replaceAll((offset, owner) -> owner == old ? half : owner);
        former.put(before, half);
        describe(half, group, storedAt, wait, old.checks);
        if (old.group != null) {
            half.storedAt = old.storedAt;
            schedule.remove(half);
            half.wait = old.wait;
            half.nextCheck = old.nextCheck;
            schedule.add(half);
        }
        forget(old);
    }

    /** Those whose details are not known. */
    synchronized List<Half> unknown() {
        return halves.values().stream().filter(half -> half.group == null).toList();
    }

    /** Notes what the record of a half message tells, and plans its first check. */
    synchronized void describe(Half half, String group, long storedAt, long wait, int checks) {
        if (half.group == null && halves.get(half.logOffset) == half) {
            ProducerGroup owner = groups.computeIfAbsent(group, ProducerGroup::new);
            owner.halves++;
            half.group = owner;
            half.storedAt = storedAt;
            half.wait = wait;
            half.checks = checks;
            half.nextCheck = storedAt + wait;
            schedule.add(half);
        }
    }

    /** Drops one that has ended. */
    synchronized void remove(long logOffset) {
        Half half = halves.get(logOffset);
        if (half != null) {
            former.values().removeIf(owner -> owner == half);
            forget(half);
        }
    }

    private void forget(Half half) {
        halves.remove(half.logOffset);
        schedule.remove(half);
        ProducerGroup owner = half.group;
        if (owner != null && --owner.halves == 0) {
            groups.remove(owner.name);
        }
    }

    /** What came of the wish to end one. */
    enum Start {
        /** The caller is the one to append, and to tell by {@link #succeeded} or {@link #failed} what became of it. */
        STARTED,
        /** Somebody else is ending it in the same way; the callback will be told. */
        JOINED,
        /** Somebody else has ended it in the same way just now. */
        DONE,
        /** Somebody else is ending it in another way. */
        OTHERWISE,
        /** It is not here any more. */
        GONE
    }

    /** Begins to end one, so that nobody else does. */
    synchronized Start begin(Half half, Outcome outcome, @Nullable EndCallback callback) {
        if (halves.get(half.logOffset) != half) {
            return Start.GONE;
        }
        if (half.ending == null) {
            half.ending = outcome;
            return Start.STARTED;
        }
        if (half.ending != outcome) {
            return Start.OTHERWISE;
        }
        if (half.ended) {
            return Start.DONE;
        }
        if (callback != null) {
            half.await(callback);
        }
        return Start.JOINED;
    }

    /** What is being done to one; null if nothing is. */
    synchronized @Nullable Outcome ending(Half half) {
        return half.ending;
    }

    /** The append was successful: returns who has waited. The record is followed, or will be in a moment. */
    synchronized List<EndCallback> succeeded(Half half) {
        half.ended = true;
        return takeWaiting(half);
    }

    /** The append has failed: the half message is pending again. Returns who has waited. */
    synchronized List<EndCallback> failed(Half half) {
        half.ending = null;
        return takeWaiting(half);
    }

    private static List<EndCallback> takeWaiting(Half half) {
        List<EndCallback> waiting = half.waiting;
        half.waiting = null;
        return waiting == null ? List.of() : waiting;
    }

    /** Those before a log offset. */
    synchronized List<Half> before(long logOffset) {
        return new ArrayList<>(halves.headMap(logOffset).values());
    }

    /** Some from a log offset on, in the order of the log. */
    synchronized List<Half> from(long logOffset, int limit) {
        return halves.tailMap(logOffset).values().stream().limit(limit).toList();
    }

    /**
     * Takes one whose check is due, and plans its next one; null if none is. A check that is further away than it was planned to be
     * was planned by a clock that has been set back since, and is planned again.
     */
    synchronized @Nullable Half takeDue(long now, long interval) {
        while (!schedule.isEmpty()) {
            Half half = schedule.first();
            long left = half.nextCheck - now;
            if (left > 0 && left <= half.wait) {
                return null;
            }
            plan(half, now, left > 0 ? half.wait : interval);
            if (left <= 0 && half.ending == null) {
                return half;
            }
        }
        return null;
    }

    /** Lets all planned checks come earlier. */
    synchronized void bringForward(long millis) {
        List<Half> planned = List.copyOf(schedule);
        schedule.clear();
        planned.forEach(half -> half.nextCheck -= millis);
        schedule.addAll(planned);
    }

    /** When the next check is due, epoch milliseconds; {@link Long#MAX_VALUE} if there is nothing to check. */
    synchronized long nextDue() {
        return schedule.isEmpty() ? Long.MAX_VALUE : schedule.first().nextCheck;
    }

    /** Counts a check. */
    synchronized int checked(Half half) {
        return ++half.checks;
    }

    private void plan(Half half, long now, long wait) {
        schedule.remove(half);
        half.wait = wait;
        half.nextCheck = now + wait;
        schedule.add(half);
    }
}
