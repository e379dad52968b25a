package io.ternmq.broker.delivery;

import io.ternmq.broker.log.Records;
import io.ternmq.broker.store.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of one queue that were leased together.
 *
 * @param topic where they lie: the topic that was asked for, or the topic of its retries
 * @param offsets their queue offsets, ascending
 * @param slices their records, views of the log
 * @param deliveries of an ordered pop, how often the first one was delivered before
 */
public record PoppedBatch(String topic, int queueId, List<Long> offsets, List<ByteBuffer> slices, int deliveries) {

    /** Returns the size of the records. */
    public int bytes() {
        return slices.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    static PoppedBatch of(PopQueueId queue, ReadResult found, int deliveries) {
        List<Long> offsets = new ArrayList<>();
        for (ByteBuffer slice : found.slices()) {
            ByteBuffer rest = slice.duplicate();
            while (rest.hasRemaining()) {
                ByteBuffer record = rest.slice();
                offsets.add(Records.queueOffset(record));
                rest.position(rest.position() + Records.size(record));
            }
        }
        return new PoppedBatch(queue.topic(), queue.queueId(), List.copyOf(offsets), found.slices(), deliveries);
    }
}
