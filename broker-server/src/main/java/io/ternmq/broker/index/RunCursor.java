package io.ternmq.broker.index;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Goes over the entries of a run, a block in memory at a time. Holds the file open until it is closed. For one thread. */
final class RunCursor implements Cursor {
    private final Run run;
    private final Path path;
    private final DataFile file;
    private final int step;
    private final ByteBuffer block = ByteBuffer.allocate(Run.BLOCK_BYTES);
    private long loaded = -1;
    private long at;
    private int inBlock;

    private RunCursor(Files files, Path directory, Run run, int step) throws IOException {
        this.run = run;
        this.path = run.in(directory);
        this.file = files.open(path);
        this.step = step;
    }

    /** Opens one that goes up from the entry of this number. */
    static RunCursor ascending(Files files, Path directory, Run run, long from) throws IOException {
        return positioned(new RunCursor(files, directory, run, 1), cursor -> from);
    }

    /** Opens one that goes up from the first entry that is not before this major and minor. */
    static RunCursor ascending(Files files, Path directory, Run run, long major, long minor) throws IOException {
        return positioned(new RunCursor(files, directory, run, 1), cursor -> cursor.lowerBound(major, minor));
    }

    /** Opens one that goes down from the last entry before this major and minor. */
    static RunCursor descending(Files files, Path directory, Run run, long major, long minor) throws IOException {
        return positioned(new RunCursor(files, directory, run, -1), cursor -> cursor.lowerBound(major, minor) - 1);
    }

    @Override
    public boolean exists() {
        return at >= 0 && at < run.entries();
    }

    @Override
    public long major() {
        return block.getLong(inBlock);
    }

    @Override
    public long minor() {
        return block.getLong(inBlock + 8);
    }

    @Override
    public long value() {
        return block.getLong(inBlock + 16);
    }

    @Override
    public void advance() throws IOException {
        goTo(at + step);
    }

    /** Number of the entry it stands on. */
    long position() {
        return at;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private interface Position {
        long in(RunCursor cursor) throws IOException;
    }

    private static RunCursor positioned(RunCursor cursor, Position position) throws IOException {
        try {
            cursor.goTo(position.in(cursor));
            return cursor;
        } catch (IOException | RuntimeException e) {
            cursor.close();
            throw e;
        }
    }

    private void goTo(long entry) throws IOException {
        at = entry;
        if (exists()) {
            load(entry / Run.BLOCK_ENTRIES);
            inBlock = (int) (entry % Run.BLOCK_ENTRIES) * Run.ENTRY_BYTES;
        }
    }

    /**
     * Number of the first entry that is not before this major and minor. The block is found by turns from the distance of the majors
     * (hashes lie evenly, so two or three blocks are read) and by halving (so that it never takes long).
     */
    private long lowerBound(long major, long minor) throws IOException {
        if (major < run.minMajor()) {
            return 0;
        }
        if (major > run.maxMajor()) {
            return run.entries();
        }
        long low = 0;
        long high = run.blocks();
        double lowMajor = run.minMajor();
        double highMajor = run.maxMajor();
        boolean halve = false;
        while (high - low > 1) {
            long guess = low + (long) ((high - low) * ((major - lowMajor) / (highMajor - lowMajor)));
            long probe = halve ? (low + high) >>> 1 : Math.max(low + 1, Math.min(high - 1, guess));
            halve = !halve;
            load(probe);
            if (isBefore(0, major, minor)) {
                low = probe;
                lowMajor = block.getLong(0);
            } else {
                high = probe;
                highMajor = block.getLong(0);
            }
        }
        load(low);
        int first = 0;
        int end = run.entriesOf(low);
        while (first < end) {
            int middle = (first + end) >>> 1;
            if (isBefore(middle, major, minor)) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        return low * Run.BLOCK_ENTRIES + first;
    }

    private boolean isBefore(int index, long major, long minor) {
        long entryMajor = block.getLong(index * Run.ENTRY_BYTES);
        return entryMajor < major || (entryMajor == major && block.getLong(index * Run.ENTRY_BYTES + 8) < minor);
    }

    private void load(long number) throws IOException {
        if (number == loaded) {
            return;
        }
        loaded = -1;
        int entries = run.entriesOf(number);
        int bytes = Run.blockBytes(entries);
        try {
            file.read(number * Run.BLOCK_BYTES, block.clear().limit(bytes));
        } catch (EOFException e) {
            throw damage(number, bytes);
        }
        block.clear();
        int sum = block.getInt(bytes - 4);
        if (sum != Run.checksum(block.slice(0, bytes - 4), number)
                || block.getInt(bytes - 8) != entries
                || block.getLong(bytes - 16) != run.id()) {
            throw damage(number, bytes);
        }
        loaded = number;
    }

    private DamagedIndexException damage(long number, int bytes) {
        return new DamagedIndexException("index file is damaged: file=" + path + ", position="
                + number * Run.BLOCK_BYTES + ", bytes=" + bytes
                + "; the index is rebuilt from the log when the broker is started again");
    }
}
