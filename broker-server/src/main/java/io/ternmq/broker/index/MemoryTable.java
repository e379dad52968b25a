package io.ternmq.broker.index;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are not on disk yet, in the order they came. One thread adds; any thread reads what was added before, without either
 * waiting for the other. What nobody has a {@link Mark} before any more is garbage.
 */
final class MemoryTable {
    private static final int CHUNK_ENTRIES = 1024;
    private static final int FIELDS = 4;

    /** Only who adds uses it. */
    private Chunk tail = new Chunk(16);

    /** Behind the last entry. For the thread that adds, which must not keep it: all that comes after it would stay in memory. */
    Mark end() {
        return new Mark(tail, tail.count.getPlain());
    }

    void add(long source, long major, long minor, long value) {
        Chunk chunk = tail;
        int index = chunk.count.getPlain();
        if (index == chunk.capacity) {
            chunk = new Chunk(CHUNK_ENTRIES);
            index = 0;
        }
        int at = index * FIELDS;
        chunk.fields[at] = source;
        chunk.fields[at + 1] = major;
        chunk.fields[at + 2] = minor;
        chunk.fields[at + 3] = value;
        chunk.count.setRelease(index + 1);
        if (chunk != tail) {
            tail.next = chunk;
            tail = chunk;
        }
    }

    /** Decides which entries are taken. */
    @FunctionalInterface
    interface Selection {
        boolean takes(long major, long minor);
    }

    /** Copies the selected entries behind a mark whose source is below {@code sourceLimit}; returns the mark behind the last such entry. */
    static Mark collect(Mark from, long sourceLimit, Selection selection, EntryArray target) {
        Chunk chunk = from.chunk;
        int index = from.index;
        while (true) {
            int count = chunk.count.getAcquire();
            while (index < count) {
                int at = index * FIELDS;
                if (chunk.fields[at] >= sourceLimit) {
                    return new Mark(chunk, index);
                }
                long major = chunk.fields[at + 1];
                long minor = chunk.fields[at + 2];
                if (selection.takes(major, minor)) {
                    target.add(major, minor, chunk.fields[at + 3]);
                }
                index++;
            }
            Chunk next = chunk.next;
            if (next == null || index < chunk.capacity) {
                return new Mark(chunk, index);
            }
            chunk = next;
            index = 0;
        }
    }

    /** How many entries are behind a mark. */
    static long countFrom(Mark from) {
        long count = -from.index;
        for (Chunk chunk = from.chunk; chunk != null; chunk = chunk.next) {
            count += chunk.count.getAcquire();
        }
        return count;
    }

    /** A place between two entries. */
    static final class Mark {
        final Chunk chunk;
        private final int index;

        private Mark(Chunk chunk, int index) {
            this.chunk = chunk;
            this.index = index;
        }
    }

    static final class Chunk {
        private final long[] fields;
        private final int capacity;
        private final AtomicInteger count = new AtomicInteger();
        private volatile @Nullable Chunk next;

        Chunk(int capacity) {
            this.capacity = capacity;
            this.fields = new long[capacity * FIELDS];
        }
    }
}
