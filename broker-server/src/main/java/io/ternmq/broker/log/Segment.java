package io.ternmq.broker.log;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the log: the bytes from its base offset to where the next segment begins.
 *
 * <p>While it is written, the file is extended ahead in steps, as a hole, so that a view of it stays valid for a while, unless it has
 * its full length from the start; the extension is cut off when the segment is sealed or the log closed. Written by one thread at a time (under the append lock);
 * read by any, through views that are never written to.
 */
final class Segment {
    private static final Logger LOGGER = LoggerFactory.getLogger(Segment.class);
    private static final long FIRST_EXTENSION = 1 << 20;

    private final Files files;
    private final Path path;
    private final long base;
    private final long maxBytes;
    /** Length of the file, extension included. Guarded by this. */
    private long extent;
    /** Open while the segment is written or forced. Guarded by this. */
    private @Nullable DataFile file;
    /** The file was full of zeros before the first record was written. */
    private volatile boolean filled;
    /** A failed write may have left bytes beyond the end. Guarded by this. */
    private boolean torn;

    private volatile @Nullable ByteBuffer view;
    /** Bytes that hold records. Written by the appender. */
    private volatile long length;
    /** How much of it was forced. Written by who forces. */
    private volatile long forced;
    /** Forcing it again would prove nothing about what was written before. */
    private volatile boolean forceFailed;

    private Segment(Files files, Path path, long base, long maxBytes) {
        this.files = files;
        this.path = path;
        this.base = base;
        this.maxBytes = maxBytes;
    }

    /** Where the file of a segment is. */
    static Path pathIn(Path directory, long base) {
        return directory.resolve(String.format("%020d", base));
    }

    /** A new and empty one, of the spare file if that is ready. */
    static Segment create(Files files, Path directory, long base, long maxBytes, SpareSegment spare)
            throws IOException {
        Segment segment = new Segment(files, pathIn(directory, base), base, maxBytes);
        // A file of that name can only be what a failed or undone roll left.
        if (spare.become(segment.path)) {
            segment.extent = segment.open().size();
            segment.filled = true;
        } else {
            DataFile file = files.openOrCreate(segment.path);
            file.resize(0);
            segment.file = file;
        }
        return segment;
    }

    /** An existing one, with all that is in the file. */
    static Segment load(Files files, Path path, long base, long maxBytes) throws IOException {
        Segment segment = new Segment(files, path, base, maxBytes);
        segment.extent = segment.open().size();
        segment.length = segment.extent;
        segment.forced = segment.extent;
        segment.closeFile();
        return segment;
    }

    Path path() {
        return path;
    }

    long base() {
        return base;
    }

    long end() {
        return base + length;
    }

    long forcedEnd() {
        return base + forced;
    }

    boolean hasRoomFor(int bytes) {
        return length == 0 || length + bytes <= maxBytes;
    }

    /** Whether it has records, and forcing it costs more than forcing one that was filled with zeros before. */
    boolean isSlowToForce() {
        return length > 0 && !filled;
    }

    /** Writes at the end. If this throws, the end has not moved, and no later append builds on what may be behind it. */
    void append(ByteBuffer bytes) throws IOException {
        long newLength = length + bytes.remaining();
        DataFile target = extendTo(newLength);
        try {
            target.write(length, bytes);
        } catch (IOException e) {
            markTorn();
            throw e;
        }
        length = newLength;
    }

    /** Forgets what is beyond the end: later appends find zeros there. */
    synchronized void discardBeyondEnd() throws IOException {
        DataFile target = open();
        filled = false;
        target.resize(length);
        extent = length;
    }

    /** Moves the end back, durably. */
    void cut(long newEnd) throws IOException {
        length = newEnd - base;
        forced = Math.min(forced, length);
        discardTorn();
        forceFailed = false;
    }

    /** Takes the end from what follows or from a checkpoint, without touching the file. */
    void endsAt(long end) {
        length = end - base;
        forced = length;
    }

    /** All from this offset on is to be forced (again), and was written (again) if a force had failed. */
    void forceFrom(long offset) {
        forced = Math.max(0, Math.min(forced, offset - base));
        forceFailed = false;
    }

    /** Forces all that was appended before the call. */
    void force() throws IOException {
        if (forceFailed) {
            throw new IOException(
                    "a force failed before, and what it was to force was not written again: file=" + path);
        }
        long upTo = length;
        if (forced < upTo) {
            DataFile target;
            synchronized (this) {
                target = open();
            }
            force(target);
            forced = upTo;
        }
    }

    /** Nothing more will be appended. */
    void seal() throws IOException {
        discardBeyondEnd();
    }

    /** Lets go of the file if it is sealed and forced; views stay valid. */
    synchronized void closeFile() throws IOException {
        DataFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    /** A view of bytes below the end. */
    ByteBuffer slice(long offset, int size) throws IOException {
        int at = (int) (offset - base);
        ByteBuffer current = view;
        if (current == null || current.capacity() < at + size) {
            current = renewView(at + size);
        }
        return current.slice(at, size);
    }

    /** Rewrites bytes as they were read, so that they are handed to the disk again. */
    synchronized void rewrite(long offset, ByteBuffer bytes) throws IOException {
        open().write(offset - base, bytes);
    }

    private synchronized ByteBuffer renewView(int needed) throws IOException {
        ByteBuffer current = view;
        if (current != null && current.capacity() >= needed) {
            return current;
        }
        boolean wasOpen = file != null;
        DataFile source = open();
        ByteBuffer renewed = source.map(0, (int) Math.max(needed, Math.min(extent, Integer.MAX_VALUE)));
        view = renewed;
        if (!wasOpen) {
            closeFile();
        }
        return renewed;
    }

    private synchronized void markTorn() {
        torn = true;
        try {
            discardTorn();
        } catch (IOException e) {
            LOGGER.warn("torn bytes stay behind the end until the next append: file={}, position={}", path, length, e);
        }
    }

    /** Durably, or a crash could mix the old bytes with those of a later append that was torn itself. */
    private synchronized void discardTorn() throws IOException {
        discardBeyondEnd();
        force(open());
        torn = false;
    }

    private void force(DataFile target) throws IOException {
        try {
            target.force();
        } catch (IOException e) {
            forceFailed = true;
            throw e;
        }
    }

    private synchronized DataFile extendTo(long needed) throws IOException {
        DataFile target = open();
        if (torn) {
            discardTorn();
        }
        if (needed > extent) {
            long wanted = Math.max(needed, Math.min(maxBytes, Math.max(FIRST_EXTENSION, extent * 2)));
            target.resize(wanted);
            extent = wanted;
        }
        return target;
    }

    private synchronized DataFile open() throws IOException {
        DataFile open = file;
        if (open == null) {
            open = files.open(path);
            file = open;
        }
        return open;
    }
}
