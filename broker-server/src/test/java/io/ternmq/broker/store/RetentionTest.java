package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.bodies;
import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is deleted for its age or for room, and who is told. */
class RetentionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private final HandCrank crank = new HandCrank();
    private final Watch watch = new Watch();
    private StoreConfig config = StoreConfig.defaults(Path.of("/data"))
            .withFlush(FlushMode.ASYNC)
            .withSegmentBytes(64 * 1024)
            .withRetention(Duration.ofHours(10));
    private long now = 1_000_000;

    @Test
    void tellsWhatWillGoWithinTheLastTenthOfItsTime() throws IOException {
        try (MessageStore store = open()) {
            fillSegment(store, "orders", 0);
            fillSegment(store, "orders", 1);
            append(store, message("orders", 0, "in the next segment"));
            crank.flush();

            now += Duration.ofHours(9).minus(MINUTE).toMillis();
            crank.keepHouse();
            assertThat(watch.soon).isNull();

            now += MINUTE.multipliedBy(2).toMillis();
            crank.keepHouse();
            assertThat(watch.soon).containsExactly(new QueueSpan("orders", 0, 0, store.maxOffset("orders", 0) - 2));
            assertThat(watch.reason).contains("PT10H", "PT59M");
            assertThat(store.minOffset("orders", 0)).isZero();
        }
    }

    @Test
    void tellsWhatGoes() throws IOException {
        try (MessageStore store = open()) {
            fillSegment(store, "orders", 0);
            long end = store.maxOffset("orders", 0) - 1;
            now += config.retention().plus(MINUTE).toMillis();
            append(store, message("payments", 0, "later"));
            fillSegment(store, "payments", 0);
            crank.flush();
            now += config.retention().minus(MINUTE).toMillis();
            crank.keepHouse();

            assertThat(watch.gone).containsExactly(new QueueSpan("orders", 0, 0, end));
            assertThat(store.minOffset("orders", 0)).isEqualTo(end);
            assertThat(bodies(store, "payments", 0, 0)).startsWith("later");
        }
    }

    @Test
    void keepsWhatMayNotGoYet() throws IOException {
        watch.allows = false;
        try (MessageStore store = open()) {
            fillSegment(store, "orders", 0);
            fillSegment(store, "orders", 0);
            crank.flush();
            now += config.retention().plus(MINUTE).toMillis();
            append(store, message("orders", 0, "young"));

            crank.keepHouse();
            assertThat(store.minOffset("orders", 0)).isZero();

            watch.allows = true;
            crank.keepHouse();
            assertThat(store.minOffset("orders", 0)).isPositive();
        }
    }

    @Test
    void tellsWhatWillGoForRoom() throws IOException {
        config = config.withMaxTotalBytes(4 * 64 * 1024);
        try (MessageStore store = open()) {
            while (store.totals().maxLogOffset() <= config.maxTotalBytes() / 10 * 9) {
                append(store, message("orders", 0, "x".repeat(4_000)));
            }
            crank.flush();
            crank.keepHouse();
            assertThat(watch.soon).singleElement().extracting(QueueSpan::from).isEqualTo(0L);
            assertThat(watch.reason).contains(" of " + config.maxTotalBytes() + " bytes");

            List<QueueSpan> announced = watch.soon;

            while (store.totals().maxLogOffset() <= config.maxTotalBytes()) {
                append(store, message("orders", 0, "x".repeat(4_000)));
            }
            crank.flush();
            crank.keepHouse();
            assertThat(watch.gone).isEqualTo(announced);
            assertThat(store.minOffset("orders", 0)).isEqualTo(announced.get(0).to());
        }
    }

    @Test
    void takesBackItsWarningWhenNothingWillGo() throws IOException {
        try (MessageStore store = open()) {
            fillSegment(store, "orders", 0);
            now += Duration.ofHours(9).plus(MINUTE).toMillis();
            fillSegment(store, "orders", 0);
            fillSegment(store, "orders", 0);
            crank.flush();
            now += Duration.ofHours(1).toMillis();
            crank.keepHouse();
            // The first segment ends where the young ones begin, so only time makes it go.
            now += Duration.ofHours(9).toMillis();
            crank.keepHouse();
            assertThat(watch.soon).isNotEmpty();

            now += Duration.ofHours(2).toMillis();
            crank.keepHouse();
            now += MINUTE.toMillis();
            crank.keepHouse();

            assertThat(store.totals().segments()).isEqualTo(1);
            assertThat(watch.soon).isEmpty();
        }
    }

    private MessageStore open() throws IOException {
        return MessageStore.open(
                config, disk, () -> now, (topic, queueId, next, tags, time) -> {}, List.of(), watch, crank);
    }

    /** Appends until there is one segment more. */
    private static void fillSegment(MessageStore store, String topic, int queueId) {
        int segments = store.totals().segments();
        while (store.totals().segments() == segments) {
            append(store, message(topic, queueId, "x".repeat(4_000)));
        }
    }

    private static final class Watch implements UnreadWatch {
        private final List<QueueSpan> gone = new ArrayList<>();
        private List<QueueSpan> soon;
        private String reason = "";
        private boolean allows = true;

        @Override
        public boolean leaving(List<QueueSpan> spans, String why) {
            if (allows) {
                gone.addAll(spans);
            }
            return allows;
        }

        @Override
        public void leavingSoon(List<QueueSpan> spans, String why) {
            soon = spans;
            reason = why;
        }
    }
}
