package io.ternmq.broker.index;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A file of sorted entries that never changes. It consists of blocks of {@value #BLOCK_BYTES} bytes, of which the last may be
 * shorter: entries of {@value #ENTRY_BYTES} bytes (major, minor, value), then the run's id (8), the number of entries (4), and the
 * CRC32C of all that and the block's number (4).
 *
 * @param id gives the file its name; never used twice
 * @param entries how many there are, at least one
 * @param minMajor smallest major
 * @param maxMajor largest major
 * @param minMinor smallest minor
 * @param maxMinor largest minor
 */
record Run(long id, long entries, long minMajor, long maxMajor, long minMinor, long maxMinor) {
    static final int ENTRY_BYTES = 24;
    static final int BLOCK_BYTES = 4096;
    static final int TRAILER_BYTES = 16;
    static final int BLOCK_ENTRIES = (BLOCK_BYTES - TRAILER_BYTES) / ENTRY_BYTES;

    private static final String SUFFIX = ".run";

    static Path path(Path directory, long id) {
        return directory.resolve(String.format("%012d", id) + SUFFIX);
    }

    static boolean isRun(Path path) {
        return path.toString().endsWith(SUFFIX);
    }

    /** Id of the run in a file of this name; 0 if it is none. */
    static long idOf(Path path) {
        String name = String.valueOf(path.getFileName());
        String digits = isRun(path) ? name.substring(0, name.length() - SUFFIX.length()) : "";
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(digits) : 0;
    }

    Path in(Path directory) {
        return path(directory, id);
    }

    long blocks() {
        return (entries + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES;
    }

    int entriesOf(long block) {
        return (int) Math.min(BLOCK_ENTRIES, entries - block * BLOCK_ENTRIES);
    }

    /** Size of the file. */
    long bytes() {
        return (blocks() - 1) * BLOCK_BYTES + blockBytes(entriesOf(blocks() - 1));
    }

    /** Whether none of its entries counts any more. */
    boolean isBelow(long majors, long minors) {
        return maxMajor < majors || maxMinor < minors;
    }

    static int blockBytes(int entries) {
        return entries * ENTRY_BYTES + TRAILER_BYTES;
    }

    /** Checksum of a block, whose bytes up to the checksum itself are given. */
    static int checksum(ByteBuffer block, long number) {
        CRC32C crc = new CRC32C();
        crc.update(block);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (number >>> shift) & 0xff);
        }
        return (int) crc.getValue();
    }
}
