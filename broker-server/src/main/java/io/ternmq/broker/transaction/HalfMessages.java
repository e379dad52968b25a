package io.ternmq.broker.transaction;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.index.DamagedIndexException;
import io.ternmq.broker.index.IndexSettings;
import io.ternmq.broker.index.SortedIndex;
import io.ternmq.broker.store.CommittedRecord;
import io.ternmq.broker.store.LogFollower;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.SysFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which half messages there are and how they have ended, as the log tells it: a record in the queue of half messages begins one, and
 * a later record that names its log offset ends it. The ones that have not ended are in memory; how the others have ended is in an index
 * as long as the log has them, so that a late or repeated word of a producer gets a true answer.
 *
 * <p>The index has entries with a half message's log offset as major. Minor 0 says that it began (value: its queue offset), others
 * how it has ended (value: log offset of the record that says so), see {@link Outcome}. Now and then an entry with the largest
 * major says below which log offset all have ended, so that a start need not look at those.
 */
public final class HalfMessages implements LogFollower {
    private static final long BEGUN = 0;
    private static final long LOW_WATER = Long.MAX_VALUE;
    /** So many records are followed from one note of the low water to the next. */
    private static final int NOTE_EVERY = 4096;

    private final SortedIndex index;
    private final TransactionConfig config;
    private final HalfTable table = new HalfTable();
    private volatile @Nullable Renewal renewal;
    private volatile Runnable planned = () -> {};
    /** Only the following thread uses it. */
    private int sinceNote;

    private HalfMessages(SortedIndex index, TransactionConfig config) {
        this.index = index;
        this.config = config;
    }

    /** Appends anew what is in a part of the log that is about to go. */
    @FunctionalInterface
    interface Renewal {
        void renew(List<Half> halves);
    }

    /** Reads what was saved in a directory that is made if it is missing. Blocks. */
    public static HalfMessages open(Files files, Path directory, TransactionConfig config) throws IOException {
        HalfMessages opened = new HalfMessages(SortedIndex.open(files, directory, IndexSettings.standard()), config);
        try {
            opened.load();
        } catch (DamagedIndexException e) {
            // Saved once more, it is known to be damaged: it starts empty and is shown the log again.
            opened.index.save(0);
            opened = new HalfMessages(SortedIndex.open(files, directory, IndexSettings.standard()), config);
        }
        return opened;
    }

    private void load() throws IOException {
        long[] lowWater = {0};
        index.newest(LOW_WATER, 0, Long.MAX_VALUE, 1, (major, minor, value) -> {
            lowWater[0] = value;
            return false;
        });
        Map<Long, Long> begun = new HashMap<>();
        Map<Long, Long> renewed = new HashMap<>();
        index.scan(lowWater[0], LOW_WATER, (major, minor, value) -> {
            if (minor == BEGUN) {
                begun.put(major, value);
            } else {
                begun.remove(major);
                if (minor == Outcome.RENEWED.number()) {
                    renewed.put(major, value);
                }
            }
            return true;
        });
        Map<Long, TreeSet<Long>> formers = new HashMap<>();
        for (Long before : renewed.keySet()) {
            Long now = before;
            while (renewed.containsKey(now)) {
                now = renewed.get(now);
            }
            formers.computeIfAbsent(now, absent -> new TreeSet<>()).add(before);
        }
        begun.forEach((logOffset, queueOffset) ->
                table.addUnknown(logOffset, queueOffset, formers.getOrDefault(logOffset, new TreeSet<>())));
    }

    HalfTable table() {
        return table;
    }

    TransactionConfig config() {
        return config;
    }

    /** Says who appends anew what would go with the log. */
    void onRelease(Renewal by) {
        renewal = by;
    }

    /** Says who is to know that there is a new half message, whose check may be due before all others. */
    void onPlanned(Runnable task) {
        planned = task;
    }

    /** How many half messages wait for their outcome. */
    public int pending() {
        return table.count();
    }

    /** When the oldest of them was stored, epoch milliseconds; 0 if there is none. */
    public long oldestStoreTimestamp() {
        return table.oldestStoredAt();
    }

    @Override
    public void follow(CommittedRecord record) {
        long reference = record.preparedTransactionOffset();
        if (record.topic().equals(ResourceNames.HALF_TOPIC)) {
            begin(record, reference);
        } else if (reference > 0) {
            long parked = HalfRecords.referred(reference);
            Outcome outcome = outcome(record);
            if (outcome != null && table.contains(parked)) {
                end(record, parked, outcome);
            }
        }
    }

    private static @Nullable Outcome outcome(CommittedRecord record) {
        return switch (record.topic()) {
            case ResourceNames.OP_HALF_TOPIC -> Outcome.ROLLED_BACK;
            case ResourceNames.CHECK_MAX_TIME_TOPIC -> Outcome.GIVEN_UP;
            default ->
                (record.sysFlag() & SysFlag.TRANSACTION_MASK) == SysFlag.TRANSACTION_COMMITTED
                        ? Outcome.COMMITTED
                        : null;
        };
    }

    private void begin(CommittedRecord record, long reference) {
        String group = MessageProperties.get(record.properties(), PropertyNames.PGROUP);
        if (group == null) {
            return;
        }
        long logOffset = record.logOffset();
        if (reference == 0) {
            if (!table.contains(logOffset)) {
                index.add(logOffset, logOffset, BEGUN, record.queueOffset());
                long wait = firstWait(record.properties());
                table.add(logOffset, record.queueOffset(), group, record.storeTimestamp(), wait, 0);
            }
        } else {
            renewed(record, group, HalfRecords.referred(reference));
        }
        note(logOffset);
        planned.run();
    }

    private void renewed(CommittedRecord record, String group, long before) {
        long logOffset = record.logOffset();
        if (table.contains(logOffset)) {
            // Shown again after a crash, and perhaps the one before it too.
            table.remove(before);
            return;
        }
        index.add(logOffset, logOffset, BEGUN, record.queueOffset());
        index.add(logOffset, before, Outcome.RENEWED.number(), logOffset);
        long wait = firstWait(record.properties());
        if (table.contains(before)) {
            table.replace(before, logOffset, record.queueOffset(), group, record.storeTimestamp(), wait);
        } else {
            int checks = checks(record.properties());
            table.add(logOffset, record.queueOffset(), group, record.storeTimestamp(), wait, checks);
        }
    }

    /** The index comes first: who does not find it in the table any more finds it there. */
    private void end(CommittedRecord record, long parked, Outcome outcome) {
        index.add(record.logOffset(), parked, outcome.number(), record.logOffset());
        table.remove(parked);
        note(record.logOffset());
    }

    private void note(long logOffset) {
        if (++sinceNote >= NOTE_EVERY) {
            sinceNote = 0;
            index.add(logOffset, LOW_WATER, logOffset, table.lowestOffset(logOffset));
        }
    }

    /** How long a half message of these properties is left alone at first, ms. */
    long firstWait(String properties) {
        String seconds = MessageProperties.get(properties, PropertyNames.CHECK_IMMUNITY_TIME);
        if (seconds != null) {
            try {
                long own = Long.parseLong(seconds.trim());
                if (own > 0) {
                    return Math.min(own, Duration.ofDays(365).toSeconds()) * 1000;
                }
            } catch (NumberFormatException e) {
                // As good as none.
            }
        }
        return config.immunity().toMillis();
    }

    /** How often one was checked before it was appended anew. */
    static int checks(String properties) {
        String times = MessageProperties.get(properties, PropertyNames.TRANSACTION_CHECK_TIMES);
        try {
            return times == null ? 0 : Integer.parseInt(times);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * How a half message has ended that is not pending; null if this is not known, or there never was one. Blocks on the disk.
     *
     * @throws IOException if the index cannot be read
     */
    @Nullable
    Outcome outcome(long logOffset) throws IOException {
        Outcome[] found = {null};
        long at = logOffset;
        do {
            long[] next = {-1};
            found[0] = null;
            index.newest(at, Outcome.COMMITTED.number(), Outcome.RENEWED.number() + 1, 1, (major, minor, value) -> {
                found[0] = Outcome.of(minor);
                next[0] = value;
                return false;
            });
            at = next[0];
        } while (found[0] == Outcome.RENEWED);
        return found[0];
    }

    /** Whether the half message, or one given up, at this log offset was appended anew. Blocks on the disk. */
    boolean isRenewed(long logOffset) throws IOException {
        long renewed = Outcome.RENEWED.number();
        return index.newest(logOffset, renewed, renewed + 1, 1, (major, minor, value) -> false) > 0;
    }

    /** Whether a pending half message is, or was before it was appended anew, at this place. Blocks on the disk. */
    boolean isAt(Half half, long logOffset, long queueOffset) throws IOException {
        if (half.logOffset == logOffset) {
            return half.queueOffset == queueOffset;
        }
        boolean[] same = {false};
        index.newest(logOffset, BEGUN, BEGUN + 1, 1, (major, minor, value) -> {
            same[0] = value == queueOffset;
            return false;
        });
        return same[0];
    }

    @Override
    public long savedUpTo() {
        return index.position();
    }

    @Override
    public void save(long position) throws IOException {
        index.save(position);
    }

    /** Where a pending half message was before is known as long as it is pending, although the log has gone from there. */
    @Override
    public void expire(long logStart) throws IOException {
        index.dropMajorsBelow(Math.min(logStart, table.lowestOffset(logStart)));
    }

    @Override
    public boolean releases(long logOffset) {
        List<Half> halves = table.before(logOffset);
        Renewal by = renewal;
        if (!halves.isEmpty() && by != null) {
            by.renew(halves);
        }
        return halves.isEmpty();
    }
}
