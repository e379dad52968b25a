package io.ternmq.broker.store;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the files of the store can be relied on at a start.
 *
 * @param replayFrom consume queues hold on disk every entry of records before this log offset
 * @param durable the log was on disk up to here; -1 if that is not known
 * @param lastStoreTimestamp no message was stored later, as far as the log reached then
 * @param clean the store was closed: the log ends at {@code durable} and nothing needs replay
 */
record Checkpoint(long replayFrom, long durable, long lastStoreTimestamp, boolean clean) {
    /** Of a store that never was, or has lost its own. */
    static final Checkpoint NONE = new Checkpoint(0, -1, 0, false);

    /** Reads the one last written. */
    static Checkpoint load(SnapshotFile file) throws IOException {
        Optional<byte[]> content = file.load();
        if (content.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new HashMap<>();
        new String(content.get(), StandardCharsets.US_ASCII).lines().forEach(line -> {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return new Checkpoint(
                number(values, "replayFrom"),
                number(values, "durable"),
                number(values, "lastStoreTimestamp"),
                Boolean.parseBoolean(values.get("clean")));
    }

    void save(SnapshotFile file) throws IOException {
        String text = "replayFrom=" + replayFrom + "\ndurable=" + durable + "\nlastStoreTimestamp=" + lastStoreTimestamp
                + "\nclean=" + clean + "\n";
        file.save(text.getBytes(StandardCharsets.US_ASCII));
    }

    static SnapshotFile fileIn(Files files, Path dataDir) {
        return new SnapshotFile(files, dataDir.resolve("checkpoint"));
    }

    private static long number(Map<String, String> values, String key) throws IOException {
        String value = values.get(key);
        if (value == null) {
            throw new IOException(
                    "checkpoint file has no value: key=" + key + "; delete it to have all of the log replayed");
        }
        return Long.parseLong(value);
    }
}
