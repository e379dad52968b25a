package io.ternmq.broker.index;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes a run, entry by entry in their order. Holds no file open between two writes, so it can be left for later, or for ever: a
 * file that no manifest names is nobody's. For one thread.
 */
final class RunWriter {
    private static final int BUFFERED_BLOCKS = 32;

    private final Files files;
    private final Path path;
    private final long id;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFERED_BLOCKS * Run.BLOCK_BYTES);
    private int blockStart;
    private int inBlock;
    private long written;
    private long blocks;

    private long entries;
    private long minMajor = Long.MAX_VALUE;
    private long maxMajor = Long.MIN_VALUE;
    private long minMinor = Long.MAX_VALUE;
    private long maxMinor = Long.MIN_VALUE;

    RunWriter(Files files, Path directory, long id) {
        this.files = files;
        this.path = Run.path(directory, id);
        this.id = id;
    }

    Path path() {
        return path;
    }

    /** Takes the next entry, which is not before the last. */
    void add(long major, long minor, long value) throws IOException {
        if (inBlock == Run.BLOCK_ENTRIES) {
            endBlock();
        }
        buffer.putLong(major).putLong(minor).putLong(value);
        inBlock++;
        entries++;
        minMajor = Math.min(minMajor, major);
        maxMajor = Math.max(maxMajor, major);
        minMinor = Math.min(minMinor, minor);
        maxMinor = Math.max(maxMinor, minor);
    }

    boolean isEmpty() {
        return entries == 0;
    }

    /** Brings the rest to disk, durably but for the file's name. */
    Run finish() throws IOException {
        endBlock();
        flush();
        try (DataFile file = files.open(path)) {
            file.force();
        }
        return new Run(id, entries, minMajor, maxMajor, minMinor, maxMinor);
    }

    private void endBlock() throws IOException {
        buffer.putLong(id).putInt(inBlock);
        buffer.putInt(Run.checksum(buffer.slice(blockStart, buffer.position() - blockStart), blocks));
        blocks++;
        blockStart = buffer.position();
        inBlock = 0;
        if (buffer.remaining() < Run.BLOCK_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        try (DataFile file = files.openOrCreate(path)) {
            if (written == 0) {
                file.resize(0);
            }
            int length = buffer.remaining();
            file.write(written, buffer);
            written += length;
        }
        buffer.clear();
        blockStart = 0;
    }
}
