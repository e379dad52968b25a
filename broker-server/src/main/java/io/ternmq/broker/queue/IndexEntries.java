package io.ternmq.broker.queue;

import io.ternmq.broker.file.DataFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Room for a run of index entries, filled by a read and used again for the next. For one thread. */
public final class IndexEntries {
    static final int ENTRY_BYTES = 20;

    private final ByteBuffer bytes;
    private final int capacity;
    private long first;
    private int count;

    /** Room for this many entries. */
    public IndexEntries(int capacity) {
        this.capacity = capacity;
        this.bytes = ByteBuffer.allocate(capacity * ENTRY_BYTES);
    }

    /** How many entries there are. */
    public int count() {
        return count;
    }

    /** Queue offset of the first. */
    public long firstOffset() {
        return first;
    }

    /** Log offset of an entry's record. */
    public long logOffset(int index) {
        return bytes.getLong(index * ENTRY_BYTES);
    }

    /** Size of an entry's record. */
    public int size(int index) {
        return bytes.getInt(index * ENTRY_BYTES + 8);
    }

    /** Hash of an entry's tag. */
    public long tagsCode(int index) {
        return bytes.getLong(index * ENTRY_BYTES + 12);
    }

    ByteBuffer bytes() {
        return bytes.duplicate().clear().limit(count * ENTRY_BYTES);
    }

    int capacity() {
        return capacity;
    }

    void clear(long firstOffset) {
        first = firstOffset;
        count = 0;
    }

    void fill(byte[] source, int at, int entries) {
        bytes.put(0, source, at, entries * ENTRY_BYTES);
        count = entries;
    }

    /** Takes the entries of another from an index on, as many as there is room for. */
    void copy(IndexEntries source, int from) {
        int entries = Math.min(source.count - from, capacity);
        bytes.put(0, source.bytes, from * ENTRY_BYTES, entries * ENTRY_BYTES);
        count = entries;
    }

    void fill(DataFile source, long position, int entries) throws IOException {
        bytes.clear().limit(entries * ENTRY_BYTES);
        source.read(position, bytes);
        bytes.clear();
        count = entries;
    }
}
