package io.ternmq.broker.file;

import java.io.IOException;
import java.nio.file.Path;

/** A data directory is already used by another broker. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Names the directory in use. */
    public DirectoryInUseException(Path directory) {
        super("data directory is in use by another broker: directory=" + directory
                + "; stop that broker or give this one a directory of its own");
    }
}
