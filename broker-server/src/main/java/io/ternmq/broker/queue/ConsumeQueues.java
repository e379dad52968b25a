package io.ternmq.broker.queue;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    /** From so many entries on that are in no file yet, a queue is flushed by itself. */
    private static final int MANY = 1024;
    /** So many such entries of all other queues stay in memory, and are written anew with each checkpoint, at the most. */
    private static final int MOST_IN_TAILS = 1 << 19;

    private final Files files;
    private final Path directory;
    private final QueueTails tails;
    private final ConcurrentHashMap<String, @Nullable ConsumeQueue[]> byTopic = new ConcurrentHashMap<>();

    /** In a directory of their own, which need not exist, and a file beside it. */
    public ConsumeQueues(Files files, Path directory) {
        this.files = files;
        this.directory = directory;
        this.tails = new QueueTails(new SnapshotFile(files, directory.resolveSibling("queue-tails")));
    }

    /**
     * Loads what is on disk and was there before the checkpoint; the rest will be put again from the log.
     *
     * @param log where entries are checked against; need not be recovered yet
     * @param checkpoint all entries of records before this log offset were on disk
     * @param deletedBefore for a topic, the log offset before which its records are deleted; 0 if they are not
     * @return whether all of that is there; else all records have to be put again
     */
    public boolean load(CommitLog log, long checkpoint, ToLongFunction<String> deletedBefore) throws IOException {
        for (Path topicDirectory : files.list(directory)) {
            String topic = String.valueOf(topicDirectory.getFileName());
            for (Path queueDirectory : files.list(topicDirectory)) {
                int queueId = Integer.parseInt(String.valueOf(queueDirectory.getFileName()));
                findOrCreate(topic, queueId)
                        .load(entryCheck(log, checkpoint, deletedBefore.applyAsLong(topic), topic, queueId));
            }
        }
        QueueTails.Saved saved = tails.load();
        boolean complete = saved.position() >= checkpoint || checkpoint <= log.start();
        for (QueueTail tail : saved.tails()) {
            long deleted = deletedBefore.applyAsLong(tail.topic());
            if (tail.logOffset(tail.count() - 1) >= deleted) {
                complete &= findOrCreate(tail.topic(), tail.queueId())
                        .loadTail(tail, checkpoint, entryCheck(log, checkpoint, deleted, tail.topic(), tail.queueId()));
            }
        }
        return complete;
    }

    private static EntryCheck entryCheck(CommitLog log, long checkpoint, long deleted, String topic, int queueId) {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        return (offset, logOffset, size) -> logOffset < checkpoint
                && size > 0
                && logOffset >= deleted
                && (logOffset < log.start() || isEntryOf(record(log, logOffset), topicBytes, queueId, offset, size));
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

    /** Makes durable every entry that was put before the call: many of a queue in its own file, the few of the others together. */
    public synchronized void flush(long checkpoint) throws IOException {
        List<ConsumeQueue> few = new ArrayList<>();
        List<ConsumeQueue> many = new ArrayList<>();
        forEach(queue -> {
            queue.relax();
            int unforced = queue.unforced();
            if (unforced > 0) {
                (unforced < MANY ? few : many).add(queue);
            }
        });
        many.addAll(longestBeyond(few, MOST_IN_TAILS));
        for (ConsumeQueue queue : many) {
            queue.flush();
        }
        List<QueueTail> together = new ArrayList<>();
        for (ConsumeQueue queue : few) {
            QueueTail tail = queue.unforcedTail();
            if (tail == null) {
                queue.flush();
            } else {
                together.add(tail);
            }
        }
        tails.save(checkpoint, together);
    }

    /** If these have too many entries together, takes out the longest until half as many are left. */
    private static List<ConsumeQueue> longestBeyond(List<ConsumeQueue> queues, int most) {
        long entries = queues.stream().mapToLong(ConsumeQueue::unforced).sum();
        if (entries <= most) {
            return List.of();
        }
        Map<ConsumeQueue, Integer> unforced = new HashMap<>();
        queues.forEach(queue -> unforced.put(queue, queue.unforced()));
        queues.sort(Comparator.comparing(unforced::get));
        List<ConsumeQueue> taken = new ArrayList<>();
        while (entries > most / 2 && !queues.isEmpty()) {
            ConsumeQueue longest = queues.remove(queues.size() - 1);
            entries -= unforced.getOrDefault(longest, 0);
            taken.add(longest);
        }
        return taken;
    }

    /** Deletes files that only point before the start of the log. */
    public synchronized void expire(long logStart) throws IOException {
        List<ConsumeQueue> all = new ArrayList<>();
        forEach(all::add);
        for (ConsumeQueue queue : all) {
            queue.expire(logStart);
        }
    }

    /**
     * Deletes the entries of all records that the log has, for they can be made again from that. The last entry of older ones stays,
     * because nothing else knows the offset that follows it. No queue may be used after that.
     */
    public void forgetFrom(long logStart) throws IOException {
        List<ConsumeQueue> all = new ArrayList<>();
        forEach(all::add);
        for (ConsumeQueue queue : all) {
            queue.forgetFrom(logStart);
        }
    }

    /** Shows the messages whose records are in a part of the log, a span for each queue that has some there. */
    public void spansBefore(long logStart, long logOffset, SpanVisitor visitor) throws IOException {
        List<ConsumeQueue> all = new ArrayList<>();
        forEach(all::add);
        for (ConsumeQueue queue : all) {
            long from = queue.min(logStart);
            long to = queue.firstFrom(logOffset);
            if (from < to) {
                visitor.span(queue.topic(), queue.queueId(), from, to);
            }
        }
    }

    /** Takes messages of a queue that follow each other. */
    @FunctionalInterface
    public interface SpanVisitor {
        /** Those from one queue offset up to another. */
        void span(String topic, int queueId, long from, long to);
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
