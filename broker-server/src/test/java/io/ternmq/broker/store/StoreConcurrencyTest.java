package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreConcurrencyTest {
    private static final int THREADS = 4;
    private static final int EACH = 500;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void everyMessageIsStoredAnnouncedAndReadOnceInTheOrderOfItsSender(FlushMode mode) throws Exception {
        ConcurrentLinkedQueue<Long> announced = new ConcurrentLinkedQueue<>();
        ArrivalListener listener = (topic, queueId, next, tagsCode, time) -> announced.add(next);
        StoreConfig config = StoreConfig.defaults(directory).withFlush(mode).withSegmentBytes(64 * 1024);
        ExecutorService senders = Executors.newFixedThreadPool(THREADS);
        try (MessageStore store = MessageStore.open(config, Files.real(), Clock.system(), listener, List.of())) {
            CyclicBarrier together = new CyclicBarrier(THREADS);
            List<Future<List<StoreFixture.Receipt>>> sent = new ArrayList<>();
            for (int sender = 0; sender < THREADS; sender++) {
                String name = "s" + sender + "-";
                sent.add(senders.submit(() -> {
                    together.await();
                    List<StoreFixture.Receipt> receipts = new ArrayList<>();
                    for (int i = 0; i < EACH; i++) {
                        receipts.add(StoreFixture.append(store, message("orders", 0, name + i)));
                    }
                    return receipts;
                }));
            }
            for (Future<List<StoreFixture.Receipt>> future : sent) {
                for (StoreFixture.Receipt receipt : future.get(60, TimeUnit.SECONDS)) {
                    assertThat(receipt.result().count()).isEqualTo(1);
                }
            }
            await().until(() -> store.maxOffset("orders", 0) == THREADS * EACH);

            List<String> bodies = StoreFixture.bodies(store, "orders", 0, 0);
            for (int sender = 0; sender < THREADS; sender++) {
                String name = "s" + sender + "-";
                assertThat(bodies.stream().filter(body -> body.startsWith(name)))
                        .containsExactlyElementsOf(LongStream.range(0, EACH)
                                .mapToObj(i -> name + i)
                                .toList());
            }
            assertThat(bodies).hasSize(THREADS * EACH);
            await().until(() -> announced.size() == THREADS * EACH);
            assertThat(announced)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, THREADS * EACH).boxed().toList());
        } finally {
            senders.shutdownNow();
        }
    }
}
