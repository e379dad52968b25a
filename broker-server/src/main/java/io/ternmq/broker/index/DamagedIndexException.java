package io.ternmq.broker.index;

import java.io.IOException;

/** A file of an index does not hold what was written to it. The index is rebuilt from the log at the next start. */
public final class DamagedIndexException extends IOException {
    private static final long serialVersionUID = 1L;

    /** In one sentence, with the facts. */
    public DamagedIndexException(String message) {
        super(message);
    }
}
