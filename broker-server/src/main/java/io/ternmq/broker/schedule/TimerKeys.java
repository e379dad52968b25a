package io.ternmq.broker.schedule;

import io.ternmq.broker.index.SortedIndex;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Timers by topic and unique key of their message, and what has become of them, for as long as the log has their records: entries of (hash
 * of topic and key, log offset, mark of the state). Different messages may have one hash, so whoever asks compares the record.
 *
 * <p>Adding is for the thread that follows the log, finding for any.
 */
final class TimerKeys {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int MOST = 64;

    private final SortedIndex index;

    TimerKeys(SortedIndex index) {
        this.index = index;
    }

    /** Notes the state of a timer; of the states of one timer, the one that is not {@link TimerState#PENDING} counts. */
    void add(long source, String topic, String uniqueKey, long logOffset, TimerState state) {
        index.add(source, hash(hash(FNV_BASIS, topic), uniqueKey), logOffset, state.mark);
    }

    /** Finds the newest timers of a message, and some of others perhaps: states by log offset. May block on the disk. */
    Map<Long, TimerState> find(String topic, String uniqueKey) throws IOException {
        Map<Long, TimerState> found = new TreeMap<>();
        index.newest(hash(hash(FNV_BASIS, topic), uniqueKey), 0, Long.MAX_VALUE, 2 * MOST, (hash, logOffset, mark) -> {
            if (mark == TimerState.PENDING.mark) {
                found.putIfAbsent(logOffset, TimerState.PENDING);
            } else {
                found.put(logOffset, TimerState.ofMark(mark));
            }
            return true;
        });
        return found;
    }

    void save(long position) throws IOException {
        index.save(position);
    }

    long position() {
        return index.position();
    }

    void expire(long logStart) {
        index.dropMinorsBelow(logStart);
    }

    /** The hash of two texts is that of both put together. */
    private static long hash(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
