package io.ternmq.broker.store;

import io.ternmq.broker.log.Records;

/** Where the messages of one append are. A batch has consecutive queue offsets and consecutive records in the log. */
public final class AppendResult {
    private final long queueOffset;
    private final long storeTimestamp;
    private final long logOffset;
    private final PreparedRecord[] records;

    AppendResult(long queueOffset, long storeTimestamp, long logOffset, PreparedRecord[] records) {
        this.queueOffset = queueOffset;
        this.storeTimestamp = storeTimestamp;
        this.logOffset = logOffset;
        this.records = records;
    }

    /** Offset of the first message in its queue. */
    public long queueOffset() {
        return queueOffset;
    }

    /** The messages as they were written. */
    PreparedRecord record(int index) {
        return records[index];
    }

    /** When the broker stored them, ms. */
    public long storeTimestamp() {
        return storeTimestamp;
    }

    /** How many messages. */
    public int count() {
        return records.length;
    }

    /** Log offset of the first message, which goes into its offset message id. */
    public long logOffset() {
        return logOffset;
    }

    /** Log offset of the message at {@code index} of a batch. */
    public long logOffset(int index) {
        long offset = logOffset;
        for (int i = 0; i < index; i++) {
            offset += Records.footprint(records[i].size());
        }
        return offset;
    }

    /** Log offsets of all messages of a batch, in their order. */
    public long[] logOffsets() {
        long[] offsets = new long[records.length];
        long offset = logOffset;
        for (int i = 0; i < records.length; i++) {
            offsets[i] = offset;
            offset += Records.footprint(records[i].size());
        }
        return offsets;
    }
}
