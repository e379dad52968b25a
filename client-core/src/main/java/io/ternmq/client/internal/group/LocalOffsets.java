package io.ternmq.client.internal.group;

import io.ternmq.client.MQClientException;
import io.ternmq.protocol.body.MessageQueue;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the offsets of a broadcasting consumer in a file of JSON that people can read, and may edit while the consumer
 * is down. The file is replaced as a whole, so that it is always complete.
 */
public final class LocalOffsets implements OffsetStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalOffsets.class);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    record Line(String topic, String broker, int queue, long offset) {}

    private final Path file;
    private final Map<MessageQueue, Long> offsets = new TreeMap<>();

    private LocalOffsets(Path file) {
        this.file = file;
    }

    /**
     * Reads the file if there is one.
     *
     * @throws MQClientException if there is one that cannot be read
     */
    public static LocalOffsets open(Path file) {
        LocalOffsets store = new LocalOffsets(file);
        if (Files.exists(file)) {
            try {
                for (Line line : JSON.readValue(Files.readAllBytes(file), Line[].class)) {
                    store.offsets.put(new MessageQueue(line.topic(), line.broker(), line.queue()), line.offset());
                }
            } catch (IOException | JacksonException e) {
                throw new MQClientException(
                        "the file of broadcasting offsets cannot be read: file=" + file + ", reason=" + e.getMessage()
                                + "; repair it, or delete it to begin anew",
                        e);
            }
        }
        return store;
    }

    @Override
    public synchronized CompletableFuture<OptionalLong> read(MessageQueue queue) {
        Long offset = offsets.get(queue);
        return CompletableFuture.completedFuture(offset == null ? OptionalLong.empty() : OptionalLong.of(offset));
    }

    @Override
    public synchronized CompletableFuture<?> commit(Map<MessageQueue, Long> changed) {
        if (!changed.isEmpty()) {
            offsets.putAll(changed);
            try {
                write();
            } catch (IOException e) {
                LOGGER.error(
                        "broadcasting offsets cannot be written: file={}; after a restart messages may come twice",
                        file,
                        e);
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private void write() throws IOException {
        List<Line> lines = offsets.entrySet().stream()
                .map(entry -> new Line(
                        entry.getKey().topic(),
                        entry.getKey().brokerName(),
                        entry.getKey().queueId(),
                        entry.getValue()))
                .toList();
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        // A name of its own: other instances of the application may use the same file at the same time.
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(fresh, JSON.writeValueAsBytes(lines));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Override
    public boolean commitsWithPull() {
        return false;
    }
}
