package io.ternmq.benchmarks.micro;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store in a temporary directory, deleted when closed. */
final class TemporaryStore implements AutoCloseable {
    private final Path directory;
    private final MessageStore store;
    private final AtomicReference<@Nullable StoreException> failure = new AtomicReference<>();
    private final AppendCallback callback = new AppendCallback() {
        @Override
        public void committed(AppendResult result) {
            // Counted by who appends.
        }

        @Override
        public void failed(StoreException reason) {
            failure.set(reason);
        }
    };

    TemporaryStore(FlushMode flush) throws IOException {
        this.directory = Files.createTempDirectory("ternmq-store");
        this.store = MessageStore.open(
                StoreConfig.defaults(directory).withFlush(flush),
                io.ternmq.broker.file.Files.real(),
                Clock.system(),
                (topic, queueId, nextOffset, tagsCode, storeTimestamp) -> {},
                List.of());
    }

    MessageStore store() {
        return store;
    }

    /** Appends; a failure is thrown now or by the next append. */
    void append(NewMessage message) {
        store.append(message, callback);
        StoreException reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException("the store has failed", reason);
        }
    }

    static NewMessage message(int queueId, byte[] body) {
        return new NewMessage(
                Samples.TOPIC,
                queueId,
                0,
                0,
                1_790_000_000_000L,
                Samples.host(),
                Samples.host(),
                0,
                0,
                Samples.properties(),
                ByteBuffer.wrap(body));
    }

    @Override
    public void close() throws IOException {
        store.close();
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
