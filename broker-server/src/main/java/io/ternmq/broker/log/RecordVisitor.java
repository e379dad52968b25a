package io.ternmq.broker.log;

import java.nio.ByteBuffer;

/** Shown records one by one, in the order of the log. */
@FunctionalInterface
public interface RecordVisitor {
    /** One whole record, from index 0 of a read-only view. */
    void record(long logOffset, ByteBuffer record);
}
