package io.ternmq.broker.group;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.JsonBodies;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.ToLongBiFunction;

/**
 * How far each group has consumed each queue: the offset it will consume next. Reading and committing are lock-free, for any thread; the
 * disk follows with {@link #save}, so a crash may take back what was committed since, never more.
 */
public final class Offsets {
    private final SnapshotFile file;
    private final Map<Key, Map<Integer, Long>> offsets = new ConcurrentHashMap<>();
    private final Map<Queue, Long> resets = new ConcurrentHashMap<>();
    private final AtomicBoolean dirty = new AtomicBoolean();

    private Offsets(SnapshotFile file) {
        this.file = file;
    }

    /** Reads what was saved. Blocks. */
    public static Offsets open(SnapshotFile file) throws IOException {
        Offsets offsets = new Offsets(file);
        Optional<byte[]> saved = file.load();
        if (saved.isPresent()) {
            try {
                Saved table = JsonBodies.decode(saved.get(), Saved.class);
                table.groups()
                        .forEach((group, topics) -> topics.forEach((topic, queues) ->
                                offsets.offsets.put(new Key(group, topic), new ConcurrentHashMap<>(queues))));
            } catch (CommandException e) {
                throw new IOException("saved offsets cannot be read: reason=" + e.remark(), e);
            }
        }
        return offsets;
    }

    /** Returns what a group has committed on a queue, if anything. */
    public OptionalLong committed(String group, String topic, int queue) {
        Map<Integer, Long> queues = offsets.get(new Key(group, topic));
        Long offset = queues == null ? null : queues.get(queue);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** Returns what a group has committed on the queues of a topic. */
    public Map<Integer, Long> committedOn(String group, String topic) {
        Map<Integer, Long> queues = offsets.get(new Key(group, topic));
        return queues == null ? Map.of() : Map.copyOf(queues);
    }

    /**
     * Sets what a group will consume next; also backwards, because only consumers know why they do that. Without effect while a reset of this queue has
     * not been told.
     */
    public void commit(String group, String topic, int queue, long offset) {
        if (!isReset(group, topic, queue)) {
            set(group, topic, queue, offset);
        }
    }

    /** Puts a group whose members are online somewhere else; what they commit counts again when one of them has been told. */
    public void reset(String group, String topic, int queue, long offset) {
        resets.put(new Queue(group, topic, queue), offset);
        set(group, topic, queue, offset);
    }

    /** Puts a group of which nobody is online somewhere else; a reset that nobody was told of is overtaken by it. */
    public void place(String group, String topic, int queue, long offset) {
        resets.remove(new Queue(group, topic, queue));
        set(group, topic, queue, offset);
    }

    /** Returns whether a queue was reset and nobody of the group has been told yet. */
    public boolean isReset(String group, String topic, int queue) {
        return !resets.isEmpty() && resets.containsKey(new Queue(group, topic, queue));
    }

    /** Returns where a queue was reset to if that has not been told yet; from now on it has. */
    public OptionalLong takeReset(String group, String topic, int queue) {
        Long offset = resets.isEmpty() ? null : resets.remove(new Queue(group, topic, queue));
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** Forgets the resets of groups of which nobody is there to be told; who comes later begins from there anyway. */
    public void dropResets(Predicate<String> offline) {
        resets.keySet().removeIf(queue -> offline.test(queue.group));
    }

    private void set(String group, String topic, int queue, long offset) {
        Map<Integer, Long> queues = offsets.computeIfAbsent(new Key(group, topic), absent -> new ConcurrentHashMap<>());
        Long before = queues.put(queue, offset);
        if (before == null || before != offset) {
            dirty.set(true);
        }
    }

    /**
     * Takes back what lies beyond the end of a queue. After a crash of the machine the log may end before offsets that were saved, and
     * what gets those offsets next was not consumed.
     */
    public void limitTo(ToLongBiFunction<String, Integer> endOfQueue) {
        offsets.forEach((key, queues) -> queues.replaceAll((queue, offset) -> {
            long end = endOfQueue.applyAsLong(key.topic, queue);
            if (offset > end) {
                dirty.set(true);
            }
            return Math.min(offset, end);
        }));
    }

    /** Returns the groups that have committed anything. */
    public Set<String> groups() {
        Set<String> groups = new TreeSet<>();
        offsets.keySet().forEach(key -> groups.add(key.group));
        return groups;
    }

    /** Returns the topics a group has offsets of. */
    public Set<String> topicsOf(String group) {
        Set<String> topics = new TreeSet<>();
        offsets.keySet().forEach(key -> {
            if (key.group.equals(group)) {
                topics.add(key.topic);
            }
        });
        return topics;
    }

    /** Returns the groups that have offsets of a topic. */
    public Set<String> groupsOf(String topic) {
        Set<String> groups = new TreeSet<>();
        offsets.keySet().forEach(key -> {
            if (key.topic.equals(topic)) {
                groups.add(key.group);
            }
        });
        return groups;
    }

    /** Forgets a topic. */
    public void deleteTopic(String topic) {
        resets.keySet().removeIf(queue -> queue.topic.equals(topic));
        if (offsets.keySet().removeIf(key -> key.topic.equals(topic))) {
            dirty.set(true);
        }
    }

    /** Forgets a group. */
    public void deleteGroup(String group) {
        resets.keySet().removeIf(queue -> queue.group.equals(group));
        if (offsets.keySet().removeIf(key -> key.group.equals(group))) {
            dirty.set(true);
        }
    }

    /** Writes to disk what is not there yet. Blocks. */
    public void save() throws IOException {
        if (!dirty.compareAndSet(true, false)) {
            return;
        }
        Map<String, Map<String, Map<Integer, Long>>> groups = new TreeMap<>();
        offsets.forEach((key, queues) ->
                groups.computeIfAbsent(key.group, absent -> new TreeMap<>()).put(key.topic, new TreeMap<>(queues)));
        try {
            file.save(ByteBufUtil.getBytes(JsonBodies.encode(new Saved(new HashMap<>(groups)))));
        } catch (IOException | RuntimeException e) {
            dirty.set(true);
            throw e;
        }
    }

    private record Key(String group, String topic) {}

    private record Queue(String group, String topic, int queue) {}

    /** The file's content: group, topic, queue, offset. */
    private record Saved(Map<String, Map<String, Map<Integer, Long>>> groups) {}
}
