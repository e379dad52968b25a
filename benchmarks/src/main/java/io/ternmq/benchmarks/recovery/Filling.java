package io.ternmq.benchmarks.recovery;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Appends messages of 1 KiB to the store in a directory, spread over queues, until its log has grown by some bytes. */
final class Filling implements AppendCallback {
    private static final int BODY = 1024;
    private static final int TOPICS = 16;
    private static final int QUEUES = 8;

    private final AtomicReference<@Nullable StoreException> failure = new AtomicReference<>();

    /** Fills, and then does something while the store is still open. */
    void run(Path directory, long bytes, Runnable afterwards) throws IOException {
        StoreConfig config = StoreConfig.defaults(directory).withFlush(FlushMode.ASYNC);
        try (MessageStore store = MessageStore.open(
                config, Files.real(), Clock.system(), (topic, queueId, next, tagsCode, time) -> {}, List.of())) {
            long end = store.totals().maxLogOffset() + bytes;
            byte[] body = new byte[BODY];
            InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            for (long i = 0; store.totals().maxLogOffset() < end; i += 64) {
                for (long number = i; number < i + 64; number++) {
                    store.append(
                            new NewMessage(
                                    "recovery" + number % TOPICS,
                                    (int) (number / TOPICS % QUEUES),
                                    0,
                                    0,
                                    System.currentTimeMillis(),
                                    host,
                                    host,
                                    0,
                                    0,
                                    "KEYS\u0001key" + number + "\u0002",
                                    ByteBuffer.wrap(body)),
                            this);
                }
                StoreException reason = failure.get();
                if (reason != null) {
                    throw new IOException("the store cannot be filled: " + reason.getMessage(), reason);
                }
            }
            afterwards.run();
        }
    }

    @Override
    public void committed(AppendResult result) {
        // The log's end tells how far it is.
    }

    @Override
    public void failed(StoreException reason) {
        failure.set(reason);
    }
}
