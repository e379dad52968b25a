package io.ternmq.broker.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a file of the {@link SimulatedDisk} holds: as the process sees it, as it is on the disk for certain, and the changes in between.
 */
final class SimulatedNode {
    /** Room of a file of the log. Views must stay valid while it grows, so it never moves. */
    static final int LOG_FILE_ROOM = 1 << 18;

    final List<Change> changes = new ArrayList<>();
    Image live;
    Image certain;

    SimulatedNode(int room, boolean fixed) {
        this.live = new Image(new byte[room], fixed);
        this.certain = new Image(new byte[64], false);
    }

    void force() {
        changes.forEach(change -> certain.apply(change, Integer.MAX_VALUE));
        changes.clear();
    }

    void settle() {
        certain = live.copy(false);
        changes.clear();
    }

    void losePower(int style, Random chance) {
        if (style == 3) {
            Collections.shuffle(changes, chance);
        }
        for (Change change : changes) {
            byte[] bytes = change.bytes;
            if (style >= 2 && bytes != null && chance.nextInt(4) == 0) {
                certain.apply(change, chance.nextInt(bytes.length + 1));
            } else if (style >= 2 && bytes != null && bytes.length > 0 && chance.nextInt(8) == 0) {
                flipBit(change, bytes, chance);
                certain.apply(change, Integer.MAX_VALUE);
            } else if (survives(style, chance)) {
                certain.apply(change, Integer.MAX_VALUE);
            }
        }
        changes.clear();
        live = certain.copy(live.fixed);
    }

    /** Flips a bit of a write, but none that was on the disk before and is only written again as it was. */
    private void flipBit(Change change, byte[] bytes, Random chance) {
        int at = chance.nextInt(bytes.length);
        int position = (int) change.position + at;
        if (position >= certain.size || certain.bytes[position] != bytes[at]) {
            bytes[at] ^= (byte) (1 << chance.nextInt(8));
        }
    }

    static boolean survives(int style, Random chance) {
        return switch (style) {
            case 0 -> true;
            case 1 -> false;
            default -> chance.nextInt(4) != 0;
        };
    }

    /** A write, or a change of size if {@code bytes} is null. */
    static final class Change {
        final long position;
        final byte @Nullable [] bytes;

        Change(long position, byte @Nullable [] bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    /** Bytes of a file, as the process sees them or as they are on the disk. */
    static final class Image {
        final boolean fixed;
        byte[] bytes;
        int size;
        /** Behind the last byte that was written and takes space. */
        int written;

        Image(byte[] bytes, boolean fixed) {
            this.bytes = bytes;
            this.fixed = fixed;
        }

        Image copy(boolean fixedCopy) {
            Image copy = new Image(fixedCopy ? bytes(LOG_FILE_ROOM) : bytes(Math.max(64, size)), fixedCopy);
            copy.size = size;
            copy.written = written;
            return copy;
        }

        private byte[] bytes(int room) {
            byte[] copied = new byte[room];
            System.arraycopy(bytes, 0, copied, 0, size);
            return copied;
        }

        void apply(Change change, int limit) {
            byte[] source = change.bytes;
            int at = (int) change.position;
            if (source != null) {
                int count = Math.min(limit, source.length);
                reserve(at + count);
                System.arraycopy(source, 0, bytes, at, count);
                size = Math.max(size, at + count);
                written = Math.max(written, at + count);
            } else {
                reserve(at);
                if (at < size) {
                    Arrays.fill(bytes, at, size, (byte) 0);
                }
                size = at;
                written = Math.min(written, at);
            }
        }

        private void reserve(int needed) {
            if (needed > bytes.length) {
                if (fixed) {
                    throw new IllegalStateException("simulated log file is too small: bytes=" + needed);
                }
                bytes = Arrays.copyOf(bytes, needed * 2);
            }
        }
    }
}
