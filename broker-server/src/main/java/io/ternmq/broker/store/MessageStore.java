package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Appends messages, reads them back, and keeps them no longer than allowed. Safe for any thread. Reads of old messages may
 * block on the disk.
 */
public final class MessageStore implements AutoCloseable {
    private MessageStore() {}

    /**
     * Opens the store in its data directory and repairs what a crash left.
     *
     * @throws io.ternmq.broker.file.DirectoryInUseException if another broker has the directory
     * @throws IOException if the directory cannot be used, or the log is damaged where it was known to be on disk
     */
    public static MessageStore open(StoreConfig config, Files files, Clock clock, ArrivalListener listener)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Appends one message. Does not throw: every outcome goes to {@code callback}. */
    public void append(NewMessage message, AppendCallback callback) {
        throw new UnsupportedOperationException();
    }

    /** Appends messages of one topic and queue with consecutive offsets, all or none. Does not throw. */
    public void append(List<NewMessage> messages, AppendCallback callback) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads messages of a queue from {@code offset} on: at most {@code maxMessages} and {@code maxBytes}, but at least one
     * whatever its size; at most {@code max(800, maxMessages)} are examined.
     */
    public ReadResult read(
            String topic, int queueId, long offset, int maxMessages, int maxBytes, MessageFilter filter) {
        throw new UnsupportedOperationException();
    }

    /** The committed record that starts at this log offset, if there is one. */
    public Optional<ByteBuffer> recordAt(long logOffset) {
        throw new UnsupportedOperationException();
    }

    /** First offset of a queue; 0 if it never had a message. */
    public long minOffset(String topic, int queueId) {
        throw new UnsupportedOperationException();
    }

    /** End of a queue: the offset of its next message to become visible. */
    public long maxOffset(String topic, int queueId) {
        throw new UnsupportedOperationException();
    }

    /** When the message at {@code offset} was stored, ms; empty if there is none. */
    public OptionalLong storeTime(String topic, int queueId, long offset) {
        throw new UnsupportedOperationException();
    }

    /** Offset by store time. */
    public long offsetByTime(String topic, int queueId, long timestamp, Boundary boundary) {
        throw new UnsupportedOperationException();
    }

    /** Whether a queue still has its very first message, or never had any: a new group may start from 0 and see everything. */
    public boolean isComplete(String topic, int queueId) {
        throw new UnsupportedOperationException();
    }

    /** Forgets all messages of a topic, durably; a topic of that name starts from offset 0 again. */
    public void deleteTopic(String topic) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Facts for operators. */
    public StoreTotals totals() {
        throw new UnsupportedOperationException();
    }

    /** Commits what was appended, writes everything to disk and releases the directory; idempotent. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
