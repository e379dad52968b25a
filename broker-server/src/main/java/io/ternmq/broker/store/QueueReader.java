package io.ternmq.broker.store;

import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueue;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.queue.IndexEntries;
import io.ternmq.broker.store.ReadResult.Status;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads messages by queue offset or time: finds them in the index, and hands out views of the log. Any thread, no lock. */
final class QueueReader {
    private static final int MAX_EXAMINED = 800;
    /** Entries read at a time: as many as are wanted, within bounds. */
    private static final int FEW = 16;

    private static final int BLOCK = 128;

    /** So much of the log's end the operating system has most likely in memory. */
    private static final long LIKELY_CACHED = 256L << 20;

    private final CommitLog log;
    private final ConsumeQueues queues;

    QueueReader(CommitLog log, ConsumeQueues queues) {
        this.log = log;
        this.queues = queues;
    }

    ReadResult read(String topic, int queueId, long offset, int maxMessages, int maxBytes, MessageFilter filter) {
        ConsumeQueue queue = queues.find(topic, queueId);
        long end = queue == null ? 0 : queue.end();
        if (queue == null || end == 0) {
            return offset == 0 ? nothing(Status.NO_MESSAGE_AT_END, 0, 0, 0) : nothing(Status.EMPTY_QUEUE, 0, 0, 0);
        }
        try {
            long min = queue.min(log.start());
            if (offset < min) {
                return nothing(Status.OFFSET_TOO_SMALL, min, min, end);
            }
            if (offset >= end) {
                return nothing(offset == end ? Status.NO_MESSAGE_AT_END : Status.OFFSET_TOO_LARGE, end, min, end);
            }
            Batch batch = new Batch(maxMessages, maxBytes, filter);
            long next = batch.collect(queue, offset, Math.min(end, offset + Math.max(MAX_EXAMINED, maxMessages)));
            Status status = batch.records.isEmpty() ? Status.NO_MATCH : Status.FOUND;
            return new ReadResult(status, next, min, end, batch.records);
        } catch (NoSuchFileException deletedMeanwhile) {
            return nothing(Status.NO_MATCH, offset, offset, end);
        } catch (IOException e) {
            throw failed(topic, queueId, offset, e);
        }
    }

    boolean isAtHand(String topic, int queueId, long offset) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null || offset >= queue.end()) {
            return true;
        }
        if (!queue.isInMemory(offset)) {
            return false;
        }
        IndexEntries entry = new IndexEntries(1);
        try {
            queue.read(offset, entry);
        } catch (IOException e) {
            return false;
        }
        return entry.count() == 1 && log.end() - entry.logOffset(0) < LIKELY_CACHED;
    }

    long min(String topic, int queueId) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null) {
            return 0;
        }
        try {
            return queue.min(log.start());
        } catch (IOException e) {
            throw failed(topic, queueId, 0, e);
        }
    }

    long end(String topic, int queueId) {
        ConsumeQueue queue = queues.find(topic, queueId);
        return queue == null ? 0 : queue.end();
    }

    OptionalLong storeTime(String topic, int queueId, long offset) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null) {
            return OptionalLong.empty();
        }
        try {
            return storeTime(queue, offset, new IndexEntries(1));
        } catch (NoSuchFileException deletedMeanwhile) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failed(topic, queueId, offset, e);
        }
    }

    long offsetByTime(String topic, int queueId, long timestamp, Boundary boundary) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null) {
            return 0;
        }
        try {
            // UPPER is one before the first message that is later than the time.
            return boundary == Boundary.LOWER
                    ? firstAtOrAfter(queue, timestamp)
                    : Math.max(0, timestamp == Long.MAX_VALUE ? queue.end() - 1 : upper(queue, timestamp));
        } catch (IOException e) {
            throw failed(topic, queueId, 0, e);
        }
    }

    private long upper(ConsumeQueue queue, long timestamp) throws IOException {
        long later = firstAtOrAfter(queue, timestamp + 1);
        return later == queue.min(log.start()) ? 0 : later - 1;
    }

    private long firstAtOrAfter(ConsumeQueue queue, long timestamp) throws IOException {
        IndexEntries entry = new IndexEntries(1);
        long low = queue.min(log.start());
        long high = queue.end();
        while (low < high) {
            long middle = (low + high) >>> 1;
            // What damage has taken is as old as what follows it.
            long probe = middle;
            OptionalLong time = storeTime(queue, probe, entry);
            while (time.isEmpty() && probe + 1 < high) {
                time = storeTime(queue, ++probe, entry);
            }
            if (time.isPresent() && time.getAsLong() < timestamp) {
                low = probe + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private OptionalLong storeTime(ConsumeQueue queue, long offset, IndexEntries entry) throws IOException {
        queue.read(offset, entry);
        if (entry.count() == 0) {
            return OptionalLong.empty();
        }
        Optional<ByteBuffer> record = log.record(entry.logOffset(0), entry.size(0));
        return record.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Records.storeTimestamp(record.get()));
    }

    private static ReadResult nothing(Status status, long next, long min, long end) {
        return new ReadResult(status, next, min, end, List.of());
    }

    private static StoreException failed(String topic, int queueId, long offset, IOException e) {
        return new StoreException(
                Kind.FAILED,
                "messages could not be read: topic=" + topic + ", queueId=" + queueId + ", offset=" + offset
                        + ", reason=" + e.getMessage(),
                e);
    }

    /** The messages of one read. */
    private final class Batch {
        private final int maxMessages;
        private final int maxBytes;
        private final MessageFilter filter;
        private final List<ByteBuffer> records = new ArrayList<>();
        private int bytes;

        Batch(int maxMessages, int maxBytes, MessageFilter filter) {
            this.maxMessages = Math.max(1, maxMessages);
            this.maxBytes = maxBytes;
            this.filter = filter;
        }

        /** Collects from the entries between both offsets, and returns the first that was not examined. */
        long collect(ConsumeQueue queue, long from, long to) throws IOException {
            IndexEntries entries = new IndexEntries(Math.min(BLOCK, Math.max(FEW, maxMessages)));
            long offset = from;
            boolean goOn = true;
            while (goOn && offset < to) {
                queue.read(offset, entries);
                if (entries.count() == 0) {
                    break;
                }
                int usable = (int) Math.min(entries.count(), to - offset);
                for (int i = 0; i < usable && goOn; i++) {
                    goOn = offer(entries.logOffset(i), entries.size(i), entries.tagsCode(i));
                    offset += goOn ? 1 : 0;
                }
            }
            return offset;
        }

        /** Takes a record if it matches and is sound; false if there is no room for it. */
        private boolean offer(long logOffset, int size, long tagsCode) throws IOException {
            if (!filter.matches(tagsCode)) {
                return true;
            }
            if (records.size() == maxMessages || (!records.isEmpty() && bytes + (long) size > maxBytes)) {
                return false;
            }
            Optional<ByteBuffer> record = log.record(logOffset, size);
            if (record.isEmpty() || (filter.examinesRecords() && !filter.matches(record.get()))) {
                return true;
            }
            records.add(record.get());
            bytes += size;
            return true;
        }
    }
}
