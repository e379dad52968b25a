package io.ternmq.broker.queue;

import java.nio.ByteBuffer;

/**
 * The newest entries of a queue, apart from its files.
 *
 * @param queueFirst first offset that the queue has at all
 * @param first offset of the first entry here
 * @param entries as in the files
 */
record QueueTail(String topic, int queueId, long queueFirst, long first, byte[] entries) {
    int count() {
        return entries.length / IndexEntries.ENTRY_BYTES;
    }

    long logOffset(int index) {
        return ByteBuffer.wrap(entries).getLong(index * IndexEntries.ENTRY_BYTES);
    }

    int size(int index) {
        return ByteBuffer.wrap(entries).getInt(index * IndexEntries.ENTRY_BYTES + 8);
    }

    long tagsCode(int index) {
        return ByteBuffer.wrap(entries).getLong(index * IndexEntries.ENTRY_BYTES + 12);
    }
}
