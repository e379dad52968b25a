package io.ternmq.broker.topic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.DataVersion;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicConfigTable;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The topics of this broker. Finding one is lock-free, for any thread; changes are serialised. A definition is on disk when
 * {@link #put} returns; what {@link #ensure} adds, because it can be derived again, is on disk after the next {@link #save}.
 */
public final class Topics {
    /** The greatest number of queues of one topic. */
    public static final int MAX_QUEUES = 65_535;

    private final SnapshotFile file;
    private final Clock clock;
    private final SystemTopics system;
    private final Map<String, TopicConfig> topics = new ConcurrentHashMap<>();
    private volatile DataVersion version;
    private boolean dirty;

    private Topics(SnapshotFile file, Clock clock, SystemTopics system) {
        this.file = file;
        this.clock = clock;
        this.system = system;
        this.version = new DataVersion(0, 0, clock.millis());
    }

    /** Reads what was saved and adds the system topics. Blocks. */
    public static Topics open(SnapshotFile file, Clock clock, SystemTopics system) throws IOException {
        Topics topics = new Topics(file, clock, system);
        Optional<byte[]> saved = file.load();
        if (saved.isPresent()) {
            try {
                TopicConfigTable table = JsonBodies.decode(saved.get(), TopicConfigTable.class);
                topics.topics.putAll(table.topicConfigTable());
                topics.version = table.dataVersion();
            } catch (CommandException e) {
                throw new IOException("saved topics cannot be read: reason=" + e.remark(), e);
            }
        }
        system.definitions().forEach(topic -> topics.topics.putIfAbsent(topic.topicName(), topic));
        return topics;
    }

    /** Returns what is wrong with a definition, or {@code null} if it is right. */
    public static @Nullable String findFault(TopicConfig topic) {
        String fault = ResourceNames.findTopicFault(topic.topicName());
        if (fault != null) {
            return fault;
        }
        if (topic.readQueueNums() < 1
                || topic.readQueueNums() > MAX_QUEUES
                || topic.writeQueueNums() < 1
                || topic.writeQueueNums() > MAX_QUEUES) {
            return "number of queues is out of range: topic=" + topic.topicName() + ", readQueueNums="
                    + topic.readQueueNums() + ", writeQueueNums=" + topic.writeQueueNums() + "; use 1 to " + MAX_QUEUES;
        }
        if (topic.perm() < 0 || topic.perm() > 15) {
            return "permission is out of range: topic=" + topic.topicName() + ", perm=" + topic.perm()
                    + "; use 2 (write), 4 (read) or 6 (both)";
        }
        return null;
    }

    /** Returns a topic, or {@code null} if there is none of this name. */
    public @Nullable TopicConfig find(String name) {
        return topics.get(name);
    }

    /** Returns all topics, the system's included. */
    public Collection<TopicConfig> all() {
        return List.copyOf(topics.values());
    }

    /** Returns the version of the whole table, raised by every change. */
    public DataVersion version() {
        return version;
    }

    /** Returns which topics are the system's. */
    public SystemTopics system() {
        return system;
    }

    /** Creates or replaces a topic; it is on disk when this returns. */
    public synchronized void put(TopicConfig topic) throws IOException {
        @Nullable TopicConfig before = topics.put(topic.topicName(), topic);
        if (!topic.equals(before)) {
            changed();
            saveOrUndo(topic.topicName(), before);
        } else {
            // It may come from ensure and not be on disk yet.
            save();
        }
    }

    /** Creates a topic unless it exists, and returns what there is then; it is on disk when this returns. */
    public synchronized TopicConfig create(TopicConfig topic) throws IOException {
        TopicConfig existing = topics.get(topic.topicName());
        if (existing != null) {
            save();
            return existing;
        }
        put(topic);
        return topic;
    }

    /** Creates a topic unless it exists, and returns what there is then; does not block, the disk follows with {@link #save}. */
    public TopicConfig ensure(TopicConfig topic) {
        TopicConfig existing = topics.get(topic.topicName());
        if (existing != null) {
            return existing;
        }
        return ensureSlowly(topic);
    }

    private synchronized TopicConfig ensureSlowly(TopicConfig topic) {
        TopicConfig existing = topics.putIfAbsent(topic.topicName(), topic);
        if (existing == null) {
            changed();
            return topic;
        }
        return existing;
    }

    /** Changes a topic if it exists; the change is on disk when this returns. */
    public synchronized boolean change(String name, UnaryOperator<TopicConfig> change) throws IOException {
        TopicConfig topic = topics.get(name);
        if (topic == null) {
            return false;
        }
        put(change.apply(topic));
        return true;
    }

    /** Deletes a topic; returns whether it existed. The deletion is on disk when this returns. */
    public synchronized boolean delete(String name) throws IOException {
        @Nullable TopicConfig before = topics.remove(name);
        if (before == null) {
            return false;
        }
        changed();
        saveOrUndo(name, before);
        return true;
    }

    /** Writes to disk what is not there yet. Blocks. */
    public synchronized void save() throws IOException {
        if (!dirty) {
            return;
        }
        Map<String, TopicConfig> own = new TreeMap<>(topics);
        system.definitions().forEach(topic -> own.remove(topic.topicName(), topic));
        ByteBuf body = JsonBodies.encode(new TopicConfigTable(own, version));
        file.save(ByteBufUtil.getBytes(body));
        dirty = false;
    }

    private void changed() {
        version = new DataVersion(version.counter() + 1, 0, clock.millis());
        dirty = true;
    }

    private void saveOrUndo(String name, @Nullable TopicConfig before) throws IOException {
        try {
            save();
        } catch (IOException | RuntimeException e) {
            if (before == null) {
                topics.remove(name);
            } else {
                topics.put(name, before);
            }
            throw e;
        }
    }
}
