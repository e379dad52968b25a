package io.ternmq.broker.queue;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All consume queues, found by topic and queue id. The files of a queue are in {@code directory/topic/queueId}.
 *
 * <p>Finding is for any thread. Creating and dropping come under the store's append lock; {@link #flush} and {@link #expire} are
 * serialised here, and may meet a queue that is dropped meanwhile.
 */
public final class ConsumeQueues {
    private final Files files;
    private final Path directory;
    private final ConcurrentHashMap<String, @Nullable ConsumeQueue[]> byTopic = new ConcurrentHashMap<>();

    /** In a directory of their own, which need not exist. */
    public ConsumeQueues(Files files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /**
     * Loads what is on disk and was there before the checkpoint; the rest will be put again from the log.
     *
     * @param log where entries are checked against; need not be recovered yet
     * @param checkpoint all entries of records before this log offset were on disk
     * @param deletedBefore for a topic, the log offset before which its records are deleted; 0 if they are not
     */
    public void load(CommitLog log, long checkpoint, ToLongFunction<String> deletedBefore) throws IOException {
        for (Path topicDirectory : files.list(directory)) {
            String topic = String.valueOf(topicDirectory.getFileName());
            byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
            long deleted = deletedBefore.applyAsLong(topic);
            for (Path queueDirectory : files.list(topicDirectory)) {
                int queueId = Integer.parseInt(String.valueOf(queueDirectory.getFileName()));
                ConsumeQueue queue = findOrCreate(topic, queueId);
                queue.load((offset, logOffset, size) -> logOffset < checkpoint
                        && size > 0
                        && logOffset >= deleted
                        && (logOffset < log.start()
                                || isEntryOf(record(log, logOffset), topicBytes, queueId, offset, size)));
            }
        }
    }

    /** After recovery: the next message of each queue follows its last entry. */
    public void reserveFromEnds() {
        forEach(ConsumeQueue::reserveFromEnd);
    }

    /** The queue, if it ever had a message. */
    public @Nullable ConsumeQueue find(String topic, int queueId) {
        @Nullable ConsumeQueue[] queues = byTopic.get(topic);
        return queues == null || queueId < 0 || queueId >= queues.length ? null : queues[queueId];
    }

    /** The queue, made if it is missing. Under the append lock, or before there are others. */
    public ConsumeQueue findOrCreate(String topic, int queueId) {
        ConsumeQueue found = find(topic, queueId);
        if (found != null) {
            return found;
        }
        Path place = directory.resolve(topic).resolve(Integer.toString(queueId));
        ConsumeQueue created = new ConsumeQueue(files, place, topic, queueId);
        @Nullable ConsumeQueue[] queues = byTopic.get(topic);
        @Nullable
        ConsumeQueue[] grown = queues == null
                ? new ConsumeQueue[queueId + 1]
                : Arrays.copyOf(queues, Math.max(queues.length, queueId + 1));
        grown[queueId] = created;
        byTopic.put(topic, grown);
        return created;
    }

    /** Deletes all queues of a topic. Under the append lock. */
    public void drop(String topic) throws IOException {
        @Nullable ConsumeQueue[] queues = byTopic.remove(topic);
        if (queues != null) {
            for (ConsumeQueue queue : queues) {
                if (queue != null) {
                    queue.drop();
                }
            }
        }
        Path topicDirectory = directory.resolve(topic);
        if (files.exists(topicDirectory)) {
            files.delete(topicDirectory);
        }
    }

    /** Writes all entries to disk. */
    public synchronized void flush() throws IOException {
        List<ConsumeQueue> dirty = new ArrayList<>();
        forEach(queue -> {
            if (queue.isDirty()) {
                dirty.add(queue);
            }
            queue.relax();
        });
        for (ConsumeQueue queue : dirty) {
            queue.flush();
        }
    }

    /** Deletes files that only point before the start of the log. */
    public synchronized void expire(long logStart) throws IOException {
        List<ConsumeQueue> all = new ArrayList<>();
        forEach(all::add);
        for (ConsumeQueue queue : all) {
            queue.expire(logStart);
        }
    }

    /** How many there are. */
    public int count() {
        int[] count = new int[1];
        forEach(queue -> count[0]++);
        return count[0];
    }

    private void forEach(Consumer<ConsumeQueue> action) {
        for (@Nullable ConsumeQueue[] queues : byTopic.values()) {
            for (ConsumeQueue queue : queues) {
                if (queue != null) {
                    action.accept(queue);
                }
            }
        }
    }

    private static @Nullable ByteBuffer record(CommitLog log, long logOffset) {
        try {
            return log.record(logOffset).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEntryOf(
            @Nullable ByteBuffer record, byte[] topic, int queueId, long queueOffset, int size) {
        if (record == null
                || Records.size(record) != size
                || Records.queueId(record) != queueId
                || Records.queueOffset(record) != queueOffset
                || Records.topicLength(record) != topic.length) {
            return false;
        }
        return record.slice(Records.topicAt(record), topic.length).equals(ByteBuffer.wrap(topic));
    }
}
