package io.ternmq.broker.group;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.DataVersion;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.GroupConfigTable;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of consumer groups. A group that nobody has configured gets the defaults when it is first met. Finding is lock-free, for any
 * thread; {@link #put}, {@link #delete} and {@link #save} block on the disk.
 */
public final class GroupSettings {
    /** The bit that genuine brokers use. */
    private static final int READING = 1 << 2;

    private final SnapshotFile file;
    private final Clock clock;
    private final Map<String, GroupConfig> groups = new ConcurrentHashMap<>();
    /** Which groups may not read which topics, with {@link #READING} in the number. */
    private final Map<String, Map<String, Integer>> forbidden = new ConcurrentHashMap<>();

    private volatile DataVersion version;
    private boolean dirty;

    private GroupSettings(SnapshotFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.version = new DataVersion(0, 0, clock.millis());
    }

    /** Reads what was saved. Blocks. */
    public static GroupSettings open(SnapshotFile file, Clock clock) throws IOException {
        GroupSettings settings = new GroupSettings(file, clock);
        Optional<byte[]> saved = file.load();
        if (saved.isPresent()) {
            try {
                GroupConfigTable table = JsonBodies.decode(saved.get(), GroupConfigTable.class);
                settings.groups.putAll(table.subscriptionGroupTable());
                settings.version = table.dataVersion();
                table.forbiddenTable()
                        .forEach((group, topics) -> settings.forbidden.put(group, new ConcurrentHashMap<>(topics)));
            } catch (CommandException e) {
                throw new IOException("saved groups cannot be read: reason=" + e.remark(), e);
            }
        }
        return settings;
    }

    /** Returns a group's settings, or {@code null} if it is not known. */
    public @Nullable GroupConfig find(String group) {
        return groups.get(group);
    }

    /** Returns a group's settings, which come into being if need be; {@code null} if the name is not allowed. Does not block. */
    public @Nullable GroupConfig findOrCreate(String group) {
        GroupConfig found = groups.get(group);
        if (found != null || ResourceNames.findGroupFault(group) != null) {
            return found;
        }
        synchronized (this) {
            GroupConfig created = GroupConfig.of(group);
            GroupConfig existing = groups.putIfAbsent(group, created);
            if (existing != null) {
                return existing;
            }
            changed();
            return created;
        }
    }

    /** Returns all settings with their version. */
    public synchronized GroupConfigTable table() {
        return new GroupConfigTable(new TreeMap<>(groups), new TreeMap<>(forbidden), version);
    }

    /** Creates or replaces a group's settings; they are on disk when this returns. */
    public synchronized void put(GroupConfig group) throws IOException {
        @Nullable GroupConfig before = groups.put(group.groupName(), group);
        changed();
        saveOrUndo(group.groupName(), before);
    }

    /** Returns whether a group may read a topic, as far as its settings go. */
    public boolean mayRead(String group, String topic) {
        if (forbidden.isEmpty()) {
            return true;
        }
        return (forbidden.getOrDefault(group, Map.of()).getOrDefault(topic, 0) & READING) == 0;
    }

    /** Forbids a group to read a topic, or allows it again; it is on disk when this returns. */
    public synchronized void permitReading(String group, String topic, boolean permitted) throws IOException {
        if (mayRead(group, topic) == permitted) {
            return;
        }
        Map<String, Integer> before = Map.copyOf(forbidden.getOrDefault(group, Map.of()));
        if (permitted) {
            forbidden.computeIfPresent(group, (name, topics) -> {
                topics.remove(topic);
                return topics.isEmpty() ? null : topics;
            });
        } else {
            forbidden.computeIfAbsent(group, name -> new ConcurrentHashMap<>()).put(topic, READING);
        }
        changed();
        try {
            save();
        } catch (IOException | RuntimeException e) {
            forbidden.put(group, new ConcurrentHashMap<>(before));
            throw e;
        }
    }

    /** Forgets a group's settings; returns whether there were any. That they are gone is on disk when this returns. */
    public synchronized boolean delete(String group) throws IOException {
        @Nullable GroupConfig before = groups.remove(group);
        if (before == null) {
            return false;
        }
        changed();
        saveOrUndo(group, before);
        return true;
    }

    /** Writes to disk what is not there yet. Blocks. */
    public synchronized void save() throws IOException {
        if (dirty) {
            file.save(ByteBufUtil.getBytes(JsonBodies.encode(table())));
            dirty = false;
        }
    }

    private void saveOrUndo(String name, @Nullable GroupConfig before) throws IOException {
        try {
            save();
        } catch (IOException | RuntimeException e) {
            if (before == null) {
                groups.remove(name);
            } else {
                groups.put(name, before);
            }
            throw e;
        }
    }

    private void changed() {
        version = new DataVersion(version.counter() + 1, 0, clock.millis());
        dirty = true;
    }
}
