package io.ternmq.broker.group;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.RequestMode;
import io.ternmq.protocol.body.RequestModeTable;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How groups get the messages of topics if they let the broker share out the queues: by pulling, unless it was set otherwise. Finding is lock-free, for any thread;
 * {@link #put} blocks on the disk.
 */
public final class RequestModes {
    private final SnapshotFile file;
    /** By topic, then group. */
    private final Map<String, Map<String, RequestMode>> modes = new ConcurrentHashMap<>();

    private RequestModes(SnapshotFile file) {
        this.file = file;
    }

    /** Reads what was saved. Blocks. */
    public static RequestModes open(SnapshotFile file) throws IOException {
        RequestModes modes = new RequestModes(file);
        Optional<byte[]> saved = file.load();
        if (saved.isPresent()) {
            try {
                JsonBodies.decode(saved.get(), RequestModeTable.class)
                        .messageRequestModeMap()
                        .forEach((topic, groups) -> modes.modes.put(topic, new ConcurrentHashMap<>(groups)));
            } catch (CommandException e) {
                throw new IOException("saved request modes cannot be read: reason=" + e.remark(), e);
            }
        }
        return modes;
    }

    /** Returns how a group gets a topic's messages. Retries of the old kind, which lie in {@code %RETRY%group}, are always pulled. */
    public RequestMode find(String topic, String group) {
        Map<String, RequestMode> groups = modes.get(topic);
        RequestMode mode = groups == null ? null : groups.get(group);
        return mode == null || ResourceNames.isRetryTopic(topic)
                ? new RequestMode(topic, group, RequestMode.PULL, 0)
                : mode;
    }

    /** Sets one; it is on disk when this returns. */
    public synchronized void put(RequestMode mode) throws IOException {
        modes.computeIfAbsent(mode.topic(), absent -> new ConcurrentHashMap<>()).put(mode.consumerGroup(), mode);
        file.save(ByteBufUtil.getBytes(JsonBodies.encode(table())));
    }

    /** Returns all that were set. */
    public RequestModeTable table() {
        Map<String, Map<String, RequestMode>> table = new TreeMap<>();
        modes.forEach((topic, groups) -> table.put(topic, new TreeMap<>(groups)));
        return new RequestModeTable(table);
    }
}
