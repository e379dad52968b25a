package io.ternmq.broker.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a read found.
 *
 * @param nextOffset where to read next
 * @param minOffset first offset of the queue
 * @param maxOffset end of the queue: the offset its next message gets
 * @param slices read-only views of the log, a record each, checked; valid as long as they are referenced
 */
public record ReadResult(Status status, long nextOffset, long minOffset, long maxOffset, List<ByteBuffer> slices) {

    /** Outcome, with the wire code it stands for. */
    public enum Status {
        /** At least one message (0); next is behind the last one examined. */
        FOUND,
        /** The offset is the queue's end, or 0 on an empty or absent queue (19); next is the offset asked for. */
        NO_MESSAGE_AT_END,
        /** Messages were examined and none matched, or they were just deleted (20); next is the first one not examined. */
        NO_MATCH,
        /** Below the first offset (21); next is the first offset. */
        OFFSET_TOO_SMALL,
        /** Beyond the end (21); next is the end. */
        OFFSET_TOO_LARGE,
        /** Not 0, on a queue that never had a message (21); next is 0. */
        EMPTY_QUEUE
    }

    /** How many messages. */
    public int count() {
        return slices.size();
    }

    /** Total size of the records. */
    public int bytes() {
        int sum = 0;
        for (ByteBuffer slice : slices) {
            sum += slice.remaining();
        }
        return sum;
    }
}
