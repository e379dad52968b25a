package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how fast one thread appends messages of 1 KiB to a fresh store, for a first impression: a directory, the flush mode
 * and the number of messages are its arguments. In sync mode it keeps at most 64 appends waiting.
 */
public final class AppendRate {
    private AppendRate() {}

    /** Prints one line. */
    public static void main(String[] arguments) throws IOException {
        FlushMode mode = FlushMode.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int count = Integer.parseInt(arguments[2]);
        StoreConfig config = StoreConfig.defaults(Path.of(arguments[0])).withFlush(mode);
        AtomicLong done = new AtomicLong();
        AppendCallback callback = new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                done.incrementAndGet();
            }

            @Override
            public void failed(StoreException reason) {
                throw reason;
            }
        };
        byte[] body = new byte[1024];
        try (MessageStore store = MessageStore.open(
                config, Files.real(), Clock.system(), (topic, queueId, next, tagsCode, time) -> {}, List.of())) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                store.append(
                        StoreFixture.message("rate", i & 7, body, "TAGS\u0001pay\u0002KEYS\u0001k\u0002"), callback);
                while (i - done.get() > 64) {
                    Thread.onSpinWait();
                }
            }
            while (done.get() < count) {
                Thread.onSpinWait();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "%s: %,.0f messages/s%n", mode, count / seconds);
        }
    }
}
