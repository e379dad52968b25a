package io.ternmq.broker.schedule;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.index.IndexSettings;
import io.ternmq.broker.index.SortedIndex;
import io.ternmq.broker.store.CommittedRecord;
import io.ternmq.broker.store.LogFollower;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.RecallHandle;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All timers, by the instant they are due, and by the message. On disk each is an entry (slot, log offset, instant), and another one with a negative value when
 * it is over; both follow from records of the log. Those due soon are in memory too, in order.
 *
 * <p>Whoever wants to end a timer claims it first, so that only one can: it appends the record that settles it, and the claim ends when
 * that record is followed, or is given back when it could not be appended. Who comes second waits for the end of the claim.
 *
 * <p>Safe for any thread. {@link #load} is for one at a time.
 */
public final class TimerIndex implements LogFollower {
    /** What is due within this time is in memory. */
    static final long NEAR_MILLIS = 10_000;

    /** When less than {@link #NEAR_MILLIS} are in memory, they are filled up to this. */
    private static final long LOAD_AHEAD_MILLIS = 20_000;
    /** A load ends at the first new slot after that many, so that a backlog does not fill the memory. */
    private static final int LOAD_COUNT = 500_000;
    /** Slots this long past are given up, even if nothing waits any more; until then the clock may be set back unnoticed. */
    private static final long SLOTS_KEPT_MILLIS = 60_000;

    private final SortedIndex index;
    private final TimerKeys keys;

    // Guarded by this.
    private final NearTimers near = new NearTimers();
    /** Of timers that are in {@link #near}, those that are over; they are passed over when their turn comes. */
    private final Set<Long> overInNear = new HashSet<>();

    private final Map<Long, Claim> claims = new HashMap<>();
    /** Timers with lower slots are in {@link #near}, or claimed and taken out of it. */
    private long nearEnd = Long.MIN_VALUE;
    /** No timer takes a lower slot any more: one that is due before takes this one. */
    private long floor;
    /** Timers being parked, by whether {@link #generation} was even or odd when that began: those of the one before go by an older floor. */
    private final int[] parking = new int[2];

    private int generation;

    private @Nullable Load load;

    private volatile long wantedRelease;
    private volatile long released;
    private volatile long plannedWake = Long.MAX_VALUE;
    private volatile Runnable waker = () -> {};
    private volatile long clockMillis;

    private TimerIndex(SortedIndex index, TimerKeys keys) {
        this.index = index;
        this.keys = keys;
        this.floor = index.majorsFrom();
    }

    /** Opens the index in its directories below {@code directory}; the store shows it afterwards what it has not saved. */
    public static TimerIndex open(Files files, Path directory) throws IOException {
        return new TimerIndex(
                SortedIndex.open(files, directory.resolve("timers"), IndexSettings.standard()),
                new TimerKeys(SortedIndex.open(files, directory.resolve("timer-keys"), IndexSettings.standard())));
    }

    @Override
    public void follow(CommittedRecord record) {
        boolean settles = ParkedMessages.settlesTimer(record);
        boolean isTimer = record.topic().equals(ResourceNames.TIMER_TOPIC);
        if (!settles && !isTimer) {
            return;
        }
        String properties = record.properties();
        long deliverAt = ParkedMessages.deliverAt(properties);
        long slot = ParkedMessages.slot(properties);
        long settledSlot = ParkedMessages.settledSlot(properties);
        if (deliverAt < 0 || slot < 0 || settledSlot < 0) {
            return;
        }
        boolean isMark = isTimer && ParkedMessages.isMark(properties);
        TimerState end = isMark ? TimerState.CANCELLED : isTimer ? TimerState.ROLLED : TimerState.DELIVERED;
        if (settles) {
            noteKey(record, ParkedMessages.settled(record.preparedTransactionOffset()), end);
        }
        if (isTimer && !isMark) {
            noteKey(record, record.logOffset(), TimerState.PENDING);
        }
        List<Runnable> waiters = List.of();
        synchronized (this) {
            if (settles) {
                waiters = settle(
                        record.logOffset(),
                        settledSlot,
                        ParkedMessages.settled(record.preparedTransactionOffset()),
                        end);
            }
            if (isTimer && !isMark) {
                park(slot, deliverAt, record.logOffset());
            }
        }
        waiters.forEach(Runnable::run);
        if (isTimer && deliverAt < plannedWake) {
            waker.run();
        }
    }

    private void noteKey(CommittedRecord record, long timer, TimerState state) {
        String properties = record.properties();
        String both = MessageProperties.get(properties, PropertyNames.TIMER_DEL_UNIQKEY);
        String topic = MessageProperties.get(properties, PropertyNames.REAL_TOPIC);
        String key = MessageProperties.get(properties, PropertyNames.UNIQ_KEY);
        if (both != null) {
            keys.add(record.logOffset(), both, "", timer, state);
        } else if (key != null) {
            keys.add(record.logOffset(), topic == null ? record.topic() : topic, key, timer, state);
        }
    }

    private void park(long slot, long deliverAt, long logOffset) {
        index.add(logOffset, slot, logOffset, deliverAt);
        if (load != null) {
            load.firstArrived = Math.min(load.firstArrived, logOffset);
        }
        if (slot < nearEnd) {
            near.add(slot, deliverAt, logOffset);
        } else if (load != null && slot < load.end) {
            load.arrived.add(new Timer(slot, deliverAt, logOffset));
        }
    }

    private List<Runnable> settle(long source, long slot, long logOffset, TimerState end) {
        index.add(source, slot, logOffset, end.mark);
        Claim claim = claims.remove(logOffset);
        boolean isTakenOut = claim != null && claim.takenOut;
        if (!isTakenOut && slot < nearEnd) {
            overInNear.add(logOffset);
        } else if (!isTakenOut && load != null && slot < load.end) {
            load.over.add(logOffset);
        }
        return claim == null ? List.of() : claim.waiters;
    }

    @Override
    public void save(long position) throws IOException {
        synchronized (this) {
            long lowest = Math.min(near.lowestSlot(), nearEnd);
            for (Claim claim : claims.values()) {
                lowest = Math.min(lowest, claim.slot);
            }
            boolean allKnow = parking[(generation + 1) & 1] == 0;
            if (allKnow && load == null) {
                index.dropMajorsBelow(Math.min(floor, lowest));
                floor = Math.max(floor, Math.min(lowest, clockMillis - SLOTS_KEPT_MILLIS));
                generation++;
            }
        }
        index.save(position);
        keys.save(position);
    }

    @Override
    public long savedUpTo() {
        return Math.min(index.position(), keys.position());
    }

    @Override
    public void expire(long logStart) {
        index.dropMinorsBelow(logStart);
        keys.expire(logStart);
    }

    @Override
    public boolean releases(long logOffset) {
        if (released >= logOffset) {
            return true;
        }
        wantedRelease = logOffset;
        waker.run();
        return false;
    }

    /** Before which log offset no record is to be needed any more. */
    long wantedRelease() {
        return wantedRelease;
    }

    /** No record before this log offset is needed any more. */
    void released(long logOffset) {
        released = logOffset;
    }

    /** Calls {@code wake} when a timer comes in that is due before the agent has planned to wake. */
    void wakeBy(Runnable wake) {
        waker = wake;
    }

    /** Tells until when the agent will do nothing by itself, epoch milliseconds. */
    void planWake(long millis) {
        plannedWake = millis;
    }

    /** A timer is about to be appended: returns what is to be told to {@link #endParking} when it is appended or refused. */
    synchronized int beginParking() {
        parking[generation & 1]++;
        return generation;
    }

    /** See {@link #beginParking}. */
    synchronized void endParking(int begun) {
        parking[begun & 1]--;
    }

    /** The slot for an instant: the same, or the lowest there is. To be asked for between begin and end of parking. */
    synchronized long slotFor(long deliverAt) {
        return Math.max(deliverAt, floor);
    }

    /** When the first timer is due that is in memory; {@link Long#MAX_VALUE} if none is. */
    synchronized long firstDue() {
        return near.firstDue();
    }

    /** Takes the first timer that is due and claims it; {@code null} if none is. */
    synchronized @Nullable Timer claimDue(long now) {
        while (near.firstDue() <= now) {
            Timer timer = near.poll();
            if (timer == null) {
                return null;
            }
            if (overInNear.remove(timer.logOffset())) {
                continue;
            }
            Claim other = claims.get(timer.logOffset());
            if (other != null) {
                other.takenOut = true;
                continue;
            }
            claims.put(timer.logOffset(), new Claim(timer.slot(), true));
            return timer;
        }
        return null;
    }

    /**
     * Claims a timer that is known to wait.
     *
     * @param whenFree called when the claim of somebody else is over; not called if this succeeds
     * @return false if somebody else has claimed it
     */
    synchronized boolean claim(Timer timer, @Nullable Runnable whenFree) {
        Claim other = claims.get(timer.logOffset());
        if (other != null) {
            if (whenFree != null) {
                other.waiters.add(whenFree);
            }
            return false;
        }
        claims.put(timer.logOffset(), new Claim(timer.slot(), false));
        return true;
    }

    /** Gives a claim back: the timer could not be settled and waits on. */
    void release(Timer timer) {
        List<Runnable> waiters;
        synchronized (this) {
            Claim claim = claims.remove(timer.logOffset());
            if (claim == null) {
                return;
            }
            if (claim.takenOut) {
                near.add(timer.slot(), timer.deliverAt(), timer.logOffset());
            }
            waiters = claim.waiters;
        }
        waiters.forEach(Runnable::run);
        waker.run();
    }

    /** Finds the timers of a message by log offset; some may be those of others. May block on the disk. */
    Map<Long, TimerState> find(RecallHandle handle) throws IOException {
        return keys.find(handle.topic(), handle.uniqueKey());
    }

    /** Reads what is over of a timer, or that it waits. May block on the disk. */
    TimerState state(long slot, long logOffset) throws IOException {
        boolean[] waits = new boolean[1];
        TimerState[] end = {TimerState.UNKNOWN};
        index.newest(slot, logOffset, logOffset + 1, 8, (major, minor, value) -> {
            if (value < 0) {
                end[0] = TimerState.ofMark(value);
            } else {
                waits[0] = true;
            }
            return true;
        });
        return waits[0] && end[0] == TimerState.UNKNOWN ? TimerState.PENDING : end[0];
    }

    /**
     * Brings timers into memory that will be due soon. May block on the disk.
     *
     * @return whether there is more to load at once, because much is overdue
     */
    boolean load(long now) throws IOException {
        clockMillis = now;
        Load begun;
        synchronized (this) {
            boolean enough = nearEnd != Long.MIN_VALUE && nearEnd - NEAR_MILLIS >= now;
            if (enough || near.size() > LOAD_COUNT) {
                return false;
            }
            begun = new Load(nearEnd, Math.max(now + LOAD_AHEAD_MILLIS, floor + 1));
            load = begun;
        }
        Loaded loaded = new Loaded(LOAD_COUNT);
        try {
            index.scan(begun.from, begun.end, loaded);
            loaded.end();
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                load = null;
            }
            throw e;
        }
        synchronized (this) {
            long end = loaded.stoppedAt == null ? begun.end : loaded.stoppedAt;
            for (Timer timer : loaded.waiting) {
                // Those that came in meanwhile were noted when they came.
                if (timer.logOffset() < begun.firstArrived && !begun.over.remove(timer.logOffset())) {
                    near.add(timer.slot(), timer.deliverAt(), timer.logOffset());
                }
            }
            for (Timer timer : begun.arrived) {
                if (timer.slot() < end && !begun.over.remove(timer.logOffset())) {
                    near.add(timer.slot(), timer.deliverAt(), timer.logOffset());
                }
            }
            nearEnd = end;
            load = null;
            return loaded.stoppedAt != null;
        }
    }

    /** Finds timers that wait and whose record is before a log offset, at most {@code most}. Reads all of the index. */
    List<Timer> waitingBefore(long logOffset, int most) throws IOException {
        List<Timer> found = new ArrayList<>();
        TimerGroups groups = new TimerGroups() {
            @Override
            boolean waits(Timer timer) {
                if (timer.logOffset() < logOffset) {
                    found.add(timer);
                }
                return found.size() < most;
            }
        };
        index.scan(Long.MIN_VALUE, Long.MAX_VALUE, groups);
        groups.end();
        return found;
    }

    /** Somebody is about to settle a timer. */
    private static final class Claim {
        private final long slot;
        private final List<Runnable> waiters = new ArrayList<>();
        private boolean takenOut;

        Claim(long slot, boolean takenOut) {
            this.slot = slot;
            this.takenOut = takenOut;
        }
    }

    /** Slots from and to before which timers are being read, and what happens to them meanwhile. */
    private static final class Load {
        private final long from;
        private final long end;
        private final List<Timer> arrived = new ArrayList<>();
        private final Set<Long> over = new HashSet<>();
        /** Timers from this log offset on have come in since, whether or not their slot was of interest. */
        private long firstArrived = Long.MAX_VALUE;

        Load(long from, long end) {
            this.from = from;
            this.end = end;
        }
    }

    /** Collects timers that wait, until there are enough and a slot ends. */
    private static final class Loaded extends TimerGroups {
        private final int enough;
        private final List<Timer> waiting = new ArrayList<>();
        private @Nullable Long stoppedAt;

        Loaded(int enough) {
            this.enough = enough;
        }

        @Override
        boolean waits(Timer timer) {
            waiting.add(timer);
            return true;
        }

        @Override
        boolean newSlot(long slot) {
            if (waiting.size() >= enough) {
                stoppedAt = slot;
                return false;
            }
            return true;
        }
    }
}
