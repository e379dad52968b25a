package io.ternmq.broker.request.route;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.JsonBodies;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Texts by namespace and key that administrators leave with the name server. Reading is lock-free; changes block until they are on disk. */
public final class KeyValues {
    private final SnapshotFile file;
    private final Map<String, Map<String, String>> namespaces = new ConcurrentHashMap<>();

    private KeyValues(SnapshotFile file) {
        this.file = file;
    }

    /** Reads what was saved. Blocks. */
    public static KeyValues open(SnapshotFile file) throws IOException {
        KeyValues values = new KeyValues(file);
        Optional<byte[]> saved = file.load();
        if (saved.isPresent()) {
            try {
                JsonBodies.decode(saved.get(), Saved.class)
                        .namespaces()
                        .forEach((namespace, table) -> values.namespaces.put(namespace, Map.copyOf(table)));
            } catch (CommandException e) {
                throw new IOException("saved key-value settings cannot be read: reason=" + e.remark(), e);
            }
        }
        return values;
    }

    /** Returns a value, or {@code null}. */
    public @Nullable String get(String namespace, String key) {
        return namespace(namespace).get(key);
    }

    /** Returns all of a namespace; empty if there is nothing. */
    public Map<String, String> namespace(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** Sets a value; {@code null} removes it. On disk when this returns. */
    public synchronized void put(String namespace, String key, @Nullable String value) throws IOException {
        Map<String, String> table = new TreeMap<>(namespace(namespace));
        if (value == null) {
            table.remove(key);
        } else {
            table.put(key, value);
        }
        if (table.isEmpty()) {
            namespaces.remove(namespace);
        } else {
            namespaces.put(namespace, Map.copyOf(table));
        }
        file.save(ByteBufUtil.getBytes(JsonBodies.encode(new Saved(new TreeMap<>(namespaces)))));
    }

    private record Saved(Map<String, Map<String, String>> namespaces) {}
}
