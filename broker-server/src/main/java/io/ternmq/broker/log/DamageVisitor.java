package io.ternmq.broker.log;

import java.nio.file.Path;

/** Told of places in the log that hold no sound record although they should. */
@FunctionalInterface
public interface DamageVisitor {
    /**
     * A place is damaged.
     *
     * @param file the segment's file
     * @param position where in the file the damage begins
     * @param logOffset the same in the log
     * @param bytes how many bytes it is to the next sound record, or to the end of what was checked
     */
    void damaged(Path file, long position, long logOffset, long bytes);
}
