package io.ternmq.broker.store;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which records of the log belong to a topic that was deleted: those before the log offset of its last deletion. Kept in the file
 * {@code deleted-topics}, a line {@code logOffset topic} each, as long as the log reaches back that far. Safe for any thread.
 */
final class DeletedTopics {
    private final SnapshotFile file;
    private final Map<String, Long> deletedBefore = new TreeMap<>();
    /** The file does not have all of this yet. */
    private boolean unsaved;

    private DeletedTopics(SnapshotFile file) {
        this.file = file;
    }

    static DeletedTopics load(Files files, Path dataDir) throws IOException {
        DeletedTopics loaded = new DeletedTopics(new SnapshotFile(files, dataDir.resolve("deleted-topics")));
        loaded.file
                .load()
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .ifPresent(text -> text.lines().forEach(line -> {
                    int space = line.indexOf(' ');
                    loaded.deletedBefore.put(line.substring(space + 1), Long.parseLong(line.substring(0, space)));
                }));
        return loaded;
    }

    /** The log offset before which the topic's records are deleted; 0 if none are. */
    synchronized long before(String topic) {
        return deletedBefore.getOrDefault(topic, 0L);
    }

    /** Deletes, durably, all records of the topic before this log offset. */
    synchronized void delete(String topic, long logOffset) throws IOException {
        Long old = deletedBefore.put(topic, logOffset);
        try {
            save();
        } catch (IOException e) {
            if (old == null) {
                deletedBefore.remove(topic);
            } else {
                deletedBefore.put(topic, old);
            }
            throw e;
        }
    }

    /** The log became shorter than a deletion may have thought; what comes next must not count as deleted. */
    synchronized void limitTo(long logEnd) throws IOException {
        for (Map.Entry<String, Long> entry : deletedBefore.entrySet()) {
            if (entry.getValue() > logEnd) {
                entry.setValue(logEnd);
                unsaved = true;
            }
        }
        if (unsaved) {
            save();
        }
    }

    /** Forgets deletions up to this log offset: no record before it is in the log, or in what was saved of the queues. */
    synchronized void forgetUpTo(long logOffset) throws IOException {
        unsaved |= deletedBefore.values().removeIf(offset -> offset <= logOffset);
        if (unsaved) {
            save();
        }
    }

    private void save() throws IOException {
        StringBuilder text = new StringBuilder();
        deletedBefore.forEach(
                (topic, offset) -> text.append(offset).append(' ').append(topic).append('\n'));
        file.save(text.toString().getBytes(StandardCharsets.UTF_8));
        unsaved = false;
    }
}
