package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.DiskSpace;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueue;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into the log, one append after the other: gives them their offsets and time, encodes them once into a buffer that
 * is used again and again, and writes that with one call. Runs on the caller's thread.
 */
final class Appender {
    private static final int FIRST_BUFFER = 64 * 1024;

    /** What may wait for its commit; a good while of what a disk can write. */
    static final long MOST_UNCOMMITTED = 64L << 20;

    private final int maxMessageBytes;
    private final boolean commitsAtOnce;
    private final Clock clock;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final Dispatcher dispatcher;
    private final ReentrantLock lock = new ReentrantLock();

    /** Why appends are refused at the moment, if they are. */
    private volatile @Nullable StoreException refusal;

    // Guarded by the lock.
    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BUFFER);
    private long lastStoreTimestamp;

    Appender(
            StoreConfig config,
            Clock clock,
            CommitLog log,
            ConsumeQueues queues,
            Dispatcher dispatcher,
            long lastStoreTimestamp) {
        this.maxMessageBytes = config.maxMessageBytes();
        this.commitsAtOnce = config.flush() == FlushMode.ASYNC;
        this.clock = clock;
        this.log = log;
        this.queues = queues;
        this.dispatcher = dispatcher;
        this.lastStoreTimestamp = lastStoreTimestamp;
    }

    /**
     * Refuses what would wait behind too much. A disk that stalls would otherwise let what waits for its commit grow with the number of
     * clients.
     */
    private void checkBacklog() {
        long waiting = log.end() - dispatcher.committed();
        if (waiting > MOST_UNCOMMITTED) {
            throw new StoreException(
                    Kind.BUSY,
                    "[TOO_MUCH_UNCOMMITTED]the disk does not keep up with what is sent: waitingBytes=" + waiting
                            + ", most=" + MOST_UNCOMMITTED + "; try again later");
        }
    }

    /** Appends; true if the flusher must commit it, false if the outcome was told already. */
    boolean append(List<NewMessage> messages, AppendCallback callback) {
        PendingAppend pending;
        try {
            PreparedRecord[] records = prepare(messages);
            pending = write(messages.get(0), records, callback);
        } catch (StoreException e) {
            Dispatcher.fail(callback, e);
            return false;
        }
        if (commitsAtOnce) {
            dispatcher.drain();
            Dispatcher.complete(callback, pending.result);
        }
        return !commitsAtOnce;
    }

    /** The lock that orders appends, for whoever must keep them out for a moment. */
    ReentrantLock lock() {
        return lock;
    }

    /** Refuses appends for this reason from now on; null to accept them again, but not once closed. Under the lock. */
    void refuse(@Nullable StoreException reason) {
        StoreException current = refusal;
        if (current == null || current.kind() != Kind.CLOSED) {
            refusal = reason;
        }
    }

    /** Why appends are refused. */
    @Nullable
    StoreException refusal() {
        return refusal;
    }

    /** Store time of the last message. */
    long lastStoreTimestamp() {
        lock.lock();
        try {
            return lastStoreTimestamp;
        } finally {
            lock.unlock();
        }
    }

    private PreparedRecord[] prepare(List<NewMessage> messages) {
        checkAccepted();
        if (messages.isEmpty()) {
            throw new StoreException(Kind.ILLEGAL, "batch holds no message");
        }
        NewMessage first = messages.get(0);
        PreparedRecord[] records = new PreparedRecord[messages.size()];
        long bodies = 0;
        for (int i = 0; i < records.length; i++) {
            NewMessage message = messages.get(i);
            if (message.queueId() != first.queueId() || !message.topic().equals(first.topic())) {
                throw new StoreException(
                        Kind.ILLEGAL,
                        "batch must be for one queue: topic=" + first.topic() + ", queueId=" + first.queueId()
                                + ", otherTopic=" + message.topic() + ", otherQueueId=" + message.queueId());
            }
            bodies += message.body().remaining();
            records[i] = new PreparedRecord(message, i == 0 ? null : records[i - 1], maxMessageBytes);
        }
        if (bodies > maxMessageBytes) {
            throw new StoreException(
                    Kind.TOO_LARGE,
                    "batch is too large: topic=" + first.topic() + ", bytes=" + bodies + ", max=" + maxMessageBytes);
        }
        return records;
    }

    private PendingAppend write(NewMessage first, PreparedRecord[] records, AppendCallback callback) {
        int total = 0;
        for (PreparedRecord record : records) {
            total = Math.addExact(total, Records.footprint(record.size()));
        }
        lock.lock();
        try {
            checkAccepted();
            checkBacklog();
            ConsumeQueue queue = queues.findOrCreate(first.topic(), first.queueId());
            long logOffset = log.positionFor(total);
            long queueOffset = queue.nextReserved();
            long storeTimestamp = Math.max(lastStoreTimestamp, clock.millis());
            log.append(encode(records, total, logOffset, queueOffset, storeTimestamp));
            queue.reserve(records.length);
            lastStoreTimestamp = storeTimestamp;
            PendingAppend pending = new PendingAppend(
                    queue,
                    new AppendResult(queueOffset, storeTimestamp, logOffset, records),
                    logOffset + total,
                    commitsAtOnce ? null : callback);
            dispatcher.add(pending);
            if (commitsAtOnce) {
                dispatcher.commit(pending.end);
            }
            return pending;
        } catch (IOException e) {
            throw failure("message could not be written", e);
        } finally {
            lock.unlock();
        }
    }

    private ByteBuffer encode(
            PreparedRecord[] records, int total, long logOffset, long queueOffset, long storeTimestamp) {
        if (buffer.capacity() < total) {
            buffer = ByteBuffer.allocateDirect(Math.max(total, Math.min(buffer.capacity() * 2, 1 << 28)));
        }
        buffer.clear();
        for (int i = 0; i < records.length; i++) {
            int start = buffer.position();
            records[i].writeTo(buffer, logOffset + start, queueOffset + i, storeTimestamp);
            Records.seal(buffer, start);
        }
        return buffer.flip();
    }

    private void checkAccepted() {
        StoreException reason = refusal;
        if (reason != null) {
            throw reason;
        }
    }

    /** An error of the disk as what it means to the sender. */
    static StoreException failure(String what, IOException e) {
        return DiskSpace.isExhausted(e)
                ? new StoreException(
                        Kind.DISK_FULL, what + ": the disk is full; free some space, no restart is needed", e)
                : new StoreException(Kind.FAILED, what + ": " + e.getMessage(), e);
    }
}
