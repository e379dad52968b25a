package io.ternmq.broker.index;

import java.util.Arrays;

/** Entries in a growing array, to be sorted. For one thread. */
final class EntryArray {
    private static final int FIELDS = 3;

    private long[] fields = new long[0];
    private int count;

    int count() {
        return count;
    }

    void add(long major, long minor, long value) {
        int at = count * FIELDS;
        if (at == fields.length) {
            fields = Arrays.copyOf(fields, Math.max(16 * FIELDS, at * 2));
        }
        fields[at] = major;
        fields[at + 1] = minor;
        fields[at + 2] = value;
        count++;
    }

    /** Sorts by major, minor, value: runs of length 1, 2, 4, … are merged, between two arrays, without garbage per entry. */
    void sort() {
        long[] from = fields;
        long[] to = new long[from.length];
        for (int length = 1; length < count; length *= 2) {
            for (int start = 0; start < count; start += 2 * length) {
                merge(from, to, start, Math.min(start + length, count), Math.min(start + 2 * length, count));
            }
            long[] merged = to;
            to = from;
            from = merged;
        }
        fields = from;
    }

    /** In the given direction, after a sort. */
    Cursor cursor(boolean ascending) {
        return ascending ? new ArrayCursor(0, 1) : new ArrayCursor(count - 1, -1);
    }

    private static void merge(long[] from, long[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int target = start; target < end; target++) {
            boolean takeLeft = right >= end || (left < middle && compare(from, left, right) <= 0);
            int source = takeLeft ? left++ : right++;
            System.arraycopy(from, source * FIELDS, to, target * FIELDS, FIELDS);
        }
    }

    private static int compare(long[] fields, int a, int b) {
        int order = Long.compare(fields[a * FIELDS], fields[b * FIELDS]);
        if (order == 0) {
            order = Long.compare(fields[a * FIELDS + 1], fields[b * FIELDS + 1]);
        }
        return order != 0 ? order : Long.compare(fields[a * FIELDS + 2], fields[b * FIELDS + 2]);
    }

    private final class ArrayCursor implements Cursor {
        private final int step;
        private int at;

        ArrayCursor(int at, int step) {
            this.at = at;
            this.step = step;
        }

        @Override
        public boolean exists() {
            return at >= 0 && at < count;
        }

        @Override
        public long major() {
            return fields[at * FIELDS];
        }

        @Override
        public long minor() {
            return fields[at * FIELDS + 1];
        }

        @Override
        public long value() {
            return fields[at * FIELDS + 2];
        }

        @Override
        public void advance() {
            at += step;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
