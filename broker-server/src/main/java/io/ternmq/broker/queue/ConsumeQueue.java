package io.ternmq.broker.queue;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of one queue of one topic: for each queue offset, where the record is in the log.
 *
 * <p>An entry has 20 bytes: log offset (8), record size (4; -1 if damage has taken the record), tag hash (8). Files hold {@value #ENTRIES_PER_FILE} entries, grow
 * with their content, and are named by the 20-digit queue offset of their first entry; there is none before the first entry is
 * written. The newest entries are in memory; they go to the file in blocks, or when the store writes a checkpoint and they are many.
 * No file stays open, so that there may be very many queues.
 *
 * <p>Safe for any thread. {@link #put} comes in the order of the queue, {@link #reserve} and {@link #release} under the store's
 * append lock.
 */
public final class ConsumeQueue {
    static final int ENTRIES_PER_FILE = 1 << 16;

    private static final Logger LOGGER = LoggerFactory.getLogger(ConsumeQueue.class);
    private static final int ENTRY = IndexEntries.ENTRY_BYTES;
    private static final int FIRST_TAIL = 16;
    /** Entries in memory at which a block is written. */
    private static final int FULL_TAIL = 4096;
    /** Written entries that stay in memory, for consumers that are close behind. */
    private static final int KEPT_TAIL = 1024;
    /** Entries read from a file at a time, for consumers that work off a backlog. */
    private static final int READ_AHEAD = 512;
    /** Size in the entry of a message that the log has lost by damage: nothing there, but what is before and behind stays. */
    private static final int ABSENT = -1;
    /** More messages in a row are not marked one by one: the queue starts anew behind them. */
    private static final int MOST_ABSENT = 1 << 16;
    /** Entries checked at a time on loading. */
    private static final int CHECKED_BLOCK = 512;

    private final Files files;
    private final Path directory;
    private final String topic;
    private final int queueId;

    /** Offset the next appended message gets. Guarded by the store's append lock. */
    private long reserved;

    // The rest is guarded by this, except that the volatile ones are read without.
    private long firstOffset;
    private volatile long end;
    /** First offset whose record the log still has, as of {@link #minFor}. */
    private volatile long min;

    private volatile long minFor;
    private byte[] tail = new byte[0];
    private volatile long tailStart;
    /** Entries before are in a file. */
    private long written;
    /** Entries before are on disk. */
    private long forced;

    /** A force failed: what the files show may not be on disk. */
    private boolean inDoubt;

    private boolean idle;
    private boolean dropped;

    /** What was last read from a file. Entries in files do not change, so it is true for as long as its offsets may be asked for. */
    private volatile @Nullable ReadAhead readAhead;

    private volatile boolean readAheadUsed;

    ConsumeQueue(Files files, Path directory, String topic, int queueId) {
        this.files = files;
        this.directory = directory;
        this.topic = topic;
        this.queueId = queueId;
    }

    /** Topic of the queue. */
    public String topic() {
        return topic;
    }

    /** Id of the queue in its topic. */
    public int queueId() {
        return queueId;
    }

    /** Takes {@code count} offsets for messages about to be appended and returns the first. Under the append lock. */
    public long reserve(int count) {
        long first = reserved;
        reserved += count;
        return first;
    }

    /** The offset the next appended message will get. Under the append lock. */
    public long nextReserved() {
        return reserved;
    }

    /** Gives back all offsets from {@code offset} on: their messages were not appended after all. Under the append lock. */
    public void release(long offset) {
        reserved = Math.min(reserved, offset);
    }

    /** Offset of the next entry: everything before is visible. */
    public long end() {
        return end;
    }

    /** First offset whose record starts at or behind {@code logStart}; {@link #end()} if there is none. */
    public long min(long logStart) throws IOException {
        return minFor == logStart ? min : advanceMin(logStart);
    }

    /** Adds the entry of the next offset; false if the queue was dropped or has it already. */
    public synchronized boolean put(long offset, long logOffset, int size, long tagsCode) {
        if (dropped || offset < end) {
            return false;
        }
        if (end > 0 && offset - end <= MOST_ABSENT) {
            while (end < offset) {
                add(logOffset - 1, ABSENT, 0);
            }
        } else if (offset > end) {
            skipTo(offset);
        }
        add(logOffset, size, tagsCode);
        idle = false;
        return true;
    }

    private void add(long logOffset, int size, long tagsCode) {
        int count = (int) (end - tailStart);
        if ((count + 1) * ENTRY > tail.length) {
            makeRoom(count);
            count = (int) (end - tailStart);
        }
        ByteBuffer.wrap(tail)
                .putLong(count * ENTRY, logOffset)
                .putInt(count * ENTRY + 8, size)
                .putLong(count * ENTRY + 12, tagsCode);
        long next = end + 1;
        end = next;
    }

    /**
     * Reads entries from {@code offset} on into {@code target}: as many as it has room for, as there are, and as are in one place.
     * None if the offset is not between the first entry and the end.
     */
    public void read(long offset, IndexEntries target) throws IOException {
        target.clear(offset);
        long inFiles;
        synchronized (this) {
            inFiles = tailStart;
            if (offset < firstOffset || offset >= end) {
                return;
            }
            if (offset >= tailStart) {
                int count = (int) Math.min(end - offset, target.capacity());
                target.fill(tail, (int) (offset - tailStart) * ENTRY, count);
                return;
            }
        }
        // What is before the tail is in a file; one that is deleted meanwhile fails the read.
        if (target.capacity() == 1) {
            readFile(offset, inFiles, target);
            return;
        }
        ReadAhead block = readAhead;
        if (block == null || offset < block.first || offset >= block.end()) {
            IndexEntries read = new IndexEntries(READ_AHEAD);
            readFile(offset, inFiles, read);
            block = new ReadAhead(offset, read);
            readAhead = block;
        }
        readAheadUsed = true;
        target.copy(block.entries, (int) (offset - block.first));
    }

    /** Whether reading from this offset on needs no file. */
    public boolean isInMemory(long offset) {
        return offset >= tailStart || offset >= end;
    }

    /** How many entries are not on disk in a file of the queue's own. */
    synchronized int unforced() {
        return dropped ? 0 : (int) Math.min(end - forced, Integer.MAX_VALUE);
    }

    /**
     * The entries that are not on disk in a file of the queue's own; null if there are none, or if they are not all in memory, which
     * so many are not that they had better be flushed.
     */
    synchronized @Nullable QueueTail unforcedTail() {
        if (dropped || forced == end || forced < tailStart) {
            return null;
        }
        int from = (int) (forced - tailStart) * ENTRY;
        return new QueueTail(
                topic, queueId, firstOffset, forced, Arrays.copyOfRange(tail, from, (int) (end - tailStart) * ENTRY));
    }

    /** Writes all entries to disk. */
    public void flush() throws IOException {
        long upTo;
        long from;
        synchronized (this) {
            if (dropped || forced == end) {
                return;
            }
            if (inDoubt) {
                rewrite(forced);
                inDoubt = false;
            }
            writeTail();
            from = forced;
            upTo = written;
        }
        try {
            for (long at = from; at < upTo; at = fileBase(at) + ENTRIES_PER_FILE) {
                try (DataFile file = files.open(fileOf(at))) {
                    file.force();
                }
            }
            files.forceDirectory(directory);
        } catch (IOException e) {
            if (doubt()) {
                throw e;
            }
        }
        synchronized (this) {
            forced = Math.max(forced, upTo);
        }
    }

    /** After a failed force the entries must be written again; false if the queue was dropped meanwhile. */
    private synchronized boolean doubt() {
        inDoubt = true;
        return !dropped;
    }

    /** Lets go of memory if nothing came since the last call. */
    public synchronized void relax() {
        int needed = (int) Math.min(end - forced, FULL_TAIL) * ENTRY;
        if (idle && tail.length > needed && forced >= tailStart) {
            int from = (int) (forced - tailStart) * ENTRY;
            tail = Arrays.copyOfRange(tail, from, from + needed);
            tailStart = forced;
        }
        idle = true;
        if (!readAheadUsed) {
            readAhead = null;
        }
        readAheadUsed = false;
    }

    /** Deletes files of which the log has no record any more, except the last, which keeps the offset. */
    public void expire(long logStart) throws IOException {
        long keepFrom = min(logStart);
        List<Path> expired = new ArrayList<>();
        synchronized (this) {
            while (fileBase(firstOffset) + ENTRIES_PER_FILE <= Math.min(keepFrom, forced - 1)) {
                expired.add(fileOf(firstOffset));
                firstOffset = fileBase(firstOffset) + ENTRIES_PER_FILE;
            }
        }
        for (Path file : expired) {
            files.delete(file);
        }
    }

    /** Deletes the queue with all its files, durably; entries that still come are ignored. */
    void drop() throws IOException {
        synchronized (this) {
            dropped = true;
            tail = new byte[0];
            firstOffset = end;
            tailStart = end;
            written = end;
            forced = end;
        }
        List<Path> old = files.list(directory);
        for (Path file : old) {
            files.delete(file);
        }
        if (!old.isEmpty()) {
            // Old entries that came back would take the offsets of new messages.
            files.forceDirectory(directory);
        }
        files.delete(directory);
    }

    /** Deletes the entries of records at or behind {@code logStart} from the files, durably. */
    void forgetFrom(long logStart) throws IOException {
        long kept = min(logStart);
        if (kept == firstOffset) {
            drop();
        } else {
            cutFiles(files.list(directory), kept);
            files.forceDirectory(directory);
        }
    }

    /** Takes what is in the files and passes the check; the rest is cut off, as it will be put again. */
    void load(EntryCheck check) throws IOException {
        List<Path> found = new ArrayList<>();
        long limit = -1;
        for (Path path : files.list(directory)) {
            long base = baseOf(path);
            if (base != limit) {
                firstOffset = base;
            }
            try (DataFile file = files.open(path)) {
                limit = base + file.size() / ENTRY;
            }
            found.add(path);
        }
        long sound = lastSound(limit, check);
        if (sound == firstOffset) {
            firstOffset = 0;
            sound = 0;
        }
        cutFiles(found, sound);
        end = sound;
        min = firstOffset;
        minFor = firstOffset == 0 ? 0 : -1;
        tailStart = sound;
        written = sound;
        forced = sound;
    }

    /**
     * Takes what was kept apart from the files, after these; entries of records from {@code checkpoint} on are left out, as they will
     * be put again. False if something between the files and these is missing.
     */
    synchronized boolean loadTail(QueueTail saved, long checkpoint, EntryCheck check) {
        int count = 0;
        while (count < saved.count() && saved.logOffset(count) < checkpoint) {
            count++;
        }
        if (count == 0 || saved.first() + count <= end) {
            return true;
        }
        if (end == 0 && saved.queueFirst() == saved.first()) {
            startAt(saved.first());
        }
        int last = count - 1;
        if (saved.first() > end || !check.isSound(saved.first() + last, saved.logOffset(last), saved.size(last))) {
            return false;
        }
        for (int i = (int) (end - saved.first()); i < count; i++) {
            add(saved.logOffset(i), saved.size(i), saved.tagsCode(i));
        }
        return true;
    }

    /** After recovery, the next message follows the last entry. */
    void reserveFromEnd() {
        reserved = end;
    }

    private long lastSound(long limit, EntryCheck check) throws IOException {
        IndexEntries block = new IndexEntries(CHECKED_BLOCK);
        long candidate = limit;
        while (candidate > firstOffset) {
            long from = Math.max(Math.max(firstOffset, fileBase(candidate - 1)), candidate - CHECKED_BLOCK);
            block.clear(from);
            readFile(from, candidate, block);
            for (int i = block.count() - 1; i >= 0; i--) {
                boolean ordered = i == 0 || block.logOffset(i - 1) < block.logOffset(i);
                if (ordered && check.isSound(from + i, block.logOffset(i), block.size(i))) {
                    return from + i + 1;
                }
            }
            candidate = from;
        }
        return firstOffset;
    }

    private void cutFiles(List<Path> found, long sound) throws IOException {
        for (Path path : found) {
            long base = baseOf(path);
            if (base < fileBase(firstOffset) || base >= sound) {
                files.delete(path);
            } else {
                try (DataFile file = files.open(path)) {
                    long keep = Math.min(sound - base, ENTRIES_PER_FILE) * ENTRY;
                    if (file.size() != keep) {
                        file.resize(keep);
                        file.force();
                    }
                }
            }
        }
    }

    private void skipTo(long offset) {
        if (end > 0) {
            LOGGER.error(
                    "consume queue has a gap, its older entries are given up: topic={}, queueId={}, end={}, next={}",
                    topic,
                    queueId,
                    end,
                    offset);
        }
        try {
            for (Path file : files.list(directory)) {
                files.delete(file);
            }
        } catch (IOException e) {
            LOGGER.error("consume queue files could not be deleted: directory={}", directory, e);
        }
        startAt(offset);
    }

    private void startAt(long offset) {
        firstOffset = offset;
        min = offset;
        minFor = -1;
        tail = new byte[0];
        tailStart = offset;
        written = offset;
        forced = offset;
        end = offset;
    }

    private void makeRoom(int count) {
        if (count >= FULL_TAIL) {
            try {
                writeTail();
                int drop = (int) Math.min(count - KEPT_TAIL, written - tailStart);
                System.arraycopy(tail, drop * ENTRY, tail, 0, (count - drop) * ENTRY);
                long kept = tailStart + drop;
                tailStart = kept;
                if (drop > 0) {
                    return;
                }
            } catch (IOException e) {
                LOGGER.warn(
                        "consume queue keeps entries in memory, for they cannot be written: topic={}, queueId={},"
                                + " entries={}",
                        topic,
                        queueId,
                        count,
                        e);
            }
        }
        tail = Arrays.copyOf(tail, Math.max(FIRST_TAIL * ENTRY, tail.length * 2));
    }

    private void writeTail() throws IOException {
        if (written < end) {
            files.createDirectories(directory);
        }
        while (written < end) {
            int count = (int) (Math.min(end, fileBase(written) + ENTRIES_PER_FILE) - written);
            ByteBuffer block = ByteBuffer.wrap(tail, (int) (written - tailStart) * ENTRY, count * ENTRY);
            try (DataFile file = files.openOrCreate(fileOf(written))) {
                if (written == fileBase(written) && file.size() > 0) {
                    // What a deletion that failed has left.
                    file.resize(0);
                }
                file.write((written - fileBase(written)) * ENTRY, block);
            }
            written += count;
        }
    }

    private void rewrite(long from) throws IOException {
        IndexEntries block = new IndexEntries(CHECKED_BLOCK);
        for (long at = from; at < written; at += block.count()) {
            block.clear(at);
            readFile(at, written, block);
            try (DataFile file = files.open(fileOf(at))) {
                file.write((at - fileBase(at)) * ENTRY, block.bytes());
            }
        }
    }

    private void readFile(long offset, long limit, IndexEntries target) throws IOException {
        long inFile = Math.min(limit, fileBase(offset) + ENTRIES_PER_FILE) - offset;
        try (DataFile file = files.open(fileOf(offset))) {
            target.fill(file, (offset - fileBase(offset)) * ENTRY, (int) Math.min(inFile, target.capacity()));
        }
    }

    private synchronized long advanceMin(long logStart) throws IOException {
        min = firstFrom(logStart);
        minFor = logStart;
        return min;
    }

    /** First offset whose record starts at or behind a log offset that is not before the log's start. */
    synchronized long firstFrom(long logOffset) throws IOException {
        IndexEntries entry = new IndexEntries(1);
        long lowest = Math.max(min, firstOffset);
        long low = lowest;
        long high = end;
        while (low < high) {
            // The first probe is the lowest: most often nothing was deleted.
            long middle = low == lowest ? low : (low + high) >>> 1;
            read(middle, entry);
            boolean kept = entry.count() == 1 && entry.size(0) != 0 && entry.logOffset(0) >= logOffset;
            if (kept) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static long baseOf(Path file) {
        return Long.parseLong(String.valueOf(file.getFileName()));
    }

    private static long fileBase(long offset) {
        return offset / ENTRIES_PER_FILE * ENTRIES_PER_FILE;
    }

    private Path fileOf(long offset) {
        return directory.resolve(String.format("%020d", fileBase(offset)));
    }

    /** Entries from an offset on; never changed. */
    private record ReadAhead(long first, IndexEntries entries) {
        long end() {
            return first + entries.count();
        }
    }
}
