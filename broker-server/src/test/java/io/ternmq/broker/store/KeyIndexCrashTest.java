package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.query.KeyIndex;
import io.ternmq.broker.query.KeyQuery;
import io.ternmq.broker.query.MessageSearch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The key index and the log agree through crashes, and when the index is deleted or damaged. {@code -Dternmq.simulation.seeds=N} tells N
 * stories, {@code -Dternmq.simulation.seed=N} that one alone.
 */
class KeyIndexCrashTest {
    private static final Path DATA = Path.of("/data");
    private static final Path KEYS = DATA.resolve("index").resolve("keys");
    private static final int QUEUES = 2;

    @Test
    void findsWhatIsInTheQueuesWhateverHappens() throws IOException {
        Long single = Long.getLong("ternmq.simulation.seed");
        long[] seeds = (single != null
                        ? LongStream.of(single)
                        : LongStream.range(0, Long.getLong("ternmq.simulation.seeds", 100)))
                .toArray();
        for (long seed : seeds) {
            try {
                new Story(seed).run();
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("story failed: seed=" + seed, e);
            }
        }
    }

    private static final class Story {
        private final Random chance;
        private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
        private final StoreConfig config;
        private long now = 1_000_000;
        private int sent;
        private HandCrank crank = new HandCrank();

        Story(long seed) {
            chance = new Random(seed);
            config = StoreConfig.defaults(DATA)
                    .withFlush(chance.nextBoolean() ? FlushMode.SYNC : FlushMode.ASYNC)
                    .withSegmentBytes(64 * 1024);
        }

        void run() throws IOException {
            int lives = 2 + chance.nextInt(3);
            for (int life = 0; life < lives; life++) {
                while (chance.nextInt(3) == 0) {
                    openAndLosePower();
                }
                KeyIndex keys = KeyIndex.open(disk, KEYS);
                MessageStore store = open(keys);
                MessageSearch search = new MessageSearch(keys, store);
                check(store, search);
                live(store);
                if (!disk.isWithoutPower()) {
                    check(store, search);
                }
                end(store);
                if (chance.nextInt(3) == 0) {
                    spoilIndex();
                }
            }
        }

        private MessageStore open(KeyIndex keys) throws IOException {
            crank = new HandCrank();
            return MessageStore.open(
                    config, disk, () -> now, (topic, queueId, next, tags, time) -> {}, List.of(keys), crank);
        }

        private void openAndLosePower() {
            disk.losePowerAfter(chance.nextInt(20));
            try {
                open(KeyIndex.open(disk, KEYS));
            } catch (IOException e) {
                assertThat(disk.isWithoutPower()).as("failed by itself: %s", e).isTrue();
            }
            disk.losePower(chance);
        }

        private void live(MessageStore store) {
            if (chance.nextBoolean()) {
                disk.losePowerAfter(chance.nextInt(150));
            }
            int steps = 10 + chance.nextInt(50);
            for (int i = 0; i < steps && !disk.isWithoutPower(); i++) {
                switch (chance.nextInt(6)) {
                    case 0 -> crank.flush();
                    case 1 -> {
                        now += chance.nextInt(3) * 20_000L;
                        crank.keepHouse();
                    }
                    default -> {
                        String properties = "TAGS\u0001t\u0002KEYS\u0001k" + chance.nextInt(3) + " all"
                                + "\u0002UNIQ_KEY\u0001u" + sent++ + "\u0002";
                        byte[] body = new byte[chance.nextInt(3_000)];
                        int queueId = chance.nextInt(QUEUES);
                        StoreFixture.append(store, StoreFixture.message("orders", queueId, body, properties));
                    }
                }
                now += chance.nextInt(10);
            }
        }

        private void end(MessageStore store) {
            int way = disk.isWithoutPower() ? 0 : chance.nextInt(3);
            if (way == 2) {
                store.close();
            } else if (way == 1) {
                disk.killProcess();
            }
            if (way == 0 || disk.isWithoutPower()) {
                disk.losePower(chance);
            }
            disk.losePowerAfter(Long.MAX_VALUE);
            now += chance.nextInt(8) == 0 ? Duration.ofDays(3).toMillis() : 0;
        }

        private void spoilIndex() throws IOException {
            for (Path path : disk.list(KEYS)) {
                if (chance.nextBoolean()) {
                    disk.delete(path);
                }
            }
        }

        private void check(MessageStore store, MessageSearch search) throws IOException {
            List<ByteBuffer> records = new ArrayList<>();
            for (int queueId = 0; queueId < QUEUES; queueId++) {
                long min = store.minOffset("orders", queueId);
                ReadResult result = store.read("orders", queueId, min, 1_000, 1 << 24, MessageFilter.ALL);
                if (result.status() == ReadResult.Status.FOUND) {
                    records.addAll(StoreFixture.records(result));
                }
            }
            records.sort((a, b) -> Long.compare(a.getLong(28), b.getLong(28)));
            List<ByteBuffer> newest = records.subList(Math.max(0, records.size() - 64), records.size());
            assertThat(search.find(new KeyQuery("orders", "all", false, 64, 0, Long.MAX_VALUE)))
                    .isEqualTo(newest);
            for (int id = 0; id < sent; id++) {
                String property = "UNIQ_KEY\u0001u" + id + "\u0002";
                assertThat(search.find(new KeyQuery("orders", "u" + id, true, 64, 0, Long.MAX_VALUE)))
                        .isEqualTo(records.stream()
                                .filter(record -> StandardCharsets.ISO_8859_1
                                        .decode(record.duplicate())
                                        .toString()
                                        .contains(property))
                                .toList());
            }
        }
    }
}
