package io.ternmq.broker.log;

import java.io.IOException;
import java.nio.file.Path;

/** The log is damaged in a place that was known to be on disk, so that it cannot be the mark of a crash. */
public final class CorruptLogException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long position;

    CorruptLogException(Path file, long position, long logOffset, String what) {
        super("commit log is damaged: " + what + ": file=" + file + ", position=" + position + ", logOffset="
                + logOffset
                + "; restore the file from a copy, or move it and all later files of the directory away to go on with"
                + " what is before it");
        this.file = file;
        this.position = position;
    }

    /** The damaged file. */
    public Path file() {
        return file;
    }

    /** Where in the file the first damaged record starts. */
    public long position() {
        return position;
    }
}
