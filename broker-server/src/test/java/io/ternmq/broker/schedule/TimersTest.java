package io.ternmq.broker.schedule;

import static io.ternmq.broker.schedule.TimerWorld.START;
import static io.ternmq.broker.schedule.TimerWorld.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timers with a clock and threads that the test moves. */
class TimersTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void deliversAtTheInstantAndNotAMillisecondBefore() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("m", START + 1234);

        world.turnAt(START + 1233);
        assertThat(world.delivered()).isEmpty();
        assertThat(world.turn()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1));

        world.turnAt(START + 1234);
        assertThat(world.delivered()).containsExactly("m");
    }

    @Test
    void deliversWhatWasSentAsItWasSent() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park(TimerWorld.message(TOPIC, 2, "m", Map.of("TAGS", "a", "KEYS", "k")), START + 10);
        world.turnAt(START + 20);

        StoredMessage message = world.message(TOPIC, 2, 0);

        assertThat(message.topic()).isEqualTo(TOPIC);
        assertThat(message.bornTimestamp()).isEqualTo(START - 5);
        assertThat(message.storeTimestamp()).isEqualTo(START + 20);
        assertThat(MessageProperties.decode(message.properties()))
                .containsEntry("TAGS", "a")
                .containsEntry("KEYS", "k")
                .containsEntry("TIMER_OUT_MS", Long.toString(START + 10))
                .doesNotContainKeys("REAL_TOPIC", "REAL_QID", "TIMER_SLOT_MS");
    }

    @Test
    void deliversInTheOrderOfTheInstantsAndThenOfArrival() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("c", START + 300);
        world.park("a1", START + 100);
        world.park("b", START + 200);
        world.park("a2", START + 100);

        world.turnAt(START + HOUR);

        assertThat(world.delivered()).containsExactly("a1", "a2", "b", "c");
    }

    @Test
    void bringsFarTimersIntoMemoryInTime() throws Exception {
        TimerWorld world = new TimerWorld();
        world.turn();
        world.park("year", START + 365 * DAY);
        world.park("hour", START + HOUR);
        world.park("soon", START + 15_000);

        for (long at = START; at < START + HOUR; at += 1000) {
            world.turnAt(at);
        }
        assertThat(world.delivered()).containsExactly("soon");
        world.turnAt(START + HOUR);
        assertThat(world.delivered()).containsExactly("soon", "hour");
        world.turnAt(START + 365 * DAY - 1);
        assertThat(world.delivered()).hasSize(2);
        world.turnAt(START + 365 * DAY);
        assertThat(world.delivered()).containsExactly("soon", "hour", "year");
    }

    @Test
    void deliversWhatIsOverdueAtAStartAndKeepsTheRest() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("overdue", START + 1000);
        world.park("later", START + HOUR);
        world.park("delivered", START + 10);
        world.turnAt(START + 10);
        world.close();

        world.now = START + 5000;
        world.open();
        world.turn();

        assertThat(world.delivered()).containsExactly("delivered", "overdue");
        world.turnAt(START + HOUR);
        assertThat(world.delivered()).containsExactly("delivered", "overdue", "later");
    }

    @Test
    void losesAndRepeatsNothingWhenTheProcessIsKilled() throws Exception {
        TimerWorld world = new TimerWorld();
        for (int i = 0; i < 100; i++) {
            world.park("m" + i, START + 100 * i);
            if (i % 10 == 0) {
                world.turnAt(START + 50 * i);
                world.now += 31_000 * (i % 20 / 10);
                world.cranked.keepHouse();
                world.disk.killProcess();
                world.open();
            }
        }

        world.turnAt(START + HOUR);

        assertThat(world.delivered())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void takesAHundredThousandTimersInAnyOrder() throws Exception {
        TimerWorld world = new TimerWorld(config -> config.withSegmentBytes(240 * 1024), new SimulatedDisk(512 << 20));
        Random chance = new Random(3);
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            world.park(Integer.toString(i), START + chance.nextInt(100_000));
            if (i % 20_000 == 0) {
                world.now += 31_000;
                world.cranked.keepHouse();
                world.turn();
            }
        }
        for (long at = world.now; at <= START + 300_000; at += 5000) {
            world.turnAt(at);
        }

        assertThat(world.delivered()).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void dropsATimerWhoseTopicWasDeleted() throws Exception {
        TimerWorld world = new TimerWorld();
        world.topics.create(TopicConfig.of("gone", 1));
        world.park(TimerWorld.message("gone", 0, "m", Map.of()), START + 10);
        world.topics.delete("gone");
        world.turnAt(START + 10);

        world.topics.create(TopicConfig.of("gone", 1));
        world.close();
        world.open();
        world.turnAt(START + HOUR);

        assertThat(world.cranked.bodies("gone", 0)).isEmpty();
    }

    @Test
    void makesTheRetryTopicAgainRatherThanLoseARetry() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park(TimerWorld.message("%RETRY%g", 0, "m", Map.of()), START + 10);

        world.turnAt(START + 10);

        assertThat(world.cranked.bodies("%RETRY%g", 0)).containsExactly("m");
    }

    @Test
    void deliversToAnotherQueueWhenTheTopicHasFewerNow() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park(TimerWorld.message(TOPIC, 3, "m", Map.of()), START + 10);
        world.topics.put(TopicConfig.of(TOPIC, 2));

        world.turnAt(START + 10);

        assertThat(world.cranked.bodies(TOPIC, 1)).containsExactly("m");
    }

    @Test
    void deliversOnTimeAfterTheClockWasSetBack() throws Exception {
        TimerWorld world = new TimerWorld();
        world.now = START + DAY;
        world.park("before", START + DAY + 100);
        world.turnAt(START + DAY + 100);
        world.now += 100_000;
        world.turn();
        world.cranked.keepHouse();

        world.now = START;
        world.park("soon", START + 100);
        world.park("later", START + HOUR);
        world.turn();
        assertThat(world.delivered()).containsExactly("before");
        world.turnAt(START + 100);
        assertThat(world.delivered()).containsExactly("before", "soon");
        world.close();
        world.open();
        world.turnAt(START + HOUR - 1);
        assertThat(world.delivered()).containsExactly("before", "soon");
        world.turnAt(START + HOUR);

        assertThat(world.delivered()).containsExactly("before", "soon", "later");
    }

    @Test
    void triesAgainWhenTheDiskRefuses() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + 10);
        world.park("b", START + 20);
        world.disk.setOverQuota(true);
        world.turnAt(START + 30);
        assertThat(world.delivered()).isEmpty();

        world.disk.setOverQuota(false);
        world.turnAt(START + 900);
        assertThat(world.delivered()).as("pauses after a failure").isEmpty();
        world.turnAt(START + 1100);

        assertThat(world.delivered()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void keepsWhatWaitsWhenItsPartOfTheLogIsDeleted(FlushMode flush) throws Exception {
        TimerWorld world = new TimerWorld(
                config -> config.withFlush(flush).withRetention(Duration.ofHours(1)), new SimulatedDisk(64 << 20));
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            bodies.add(i + "x".repeat(500));
            world.park(bodies.get(i), START + 10 * DAY + i);
            world.cranked.flush();
        }
        long start = world.cranked.store().totals().minLogOffset();
        for (int hour = 1; hour < 12; hour++) {
            world.now = START + hour * HOUR;
            for (int i = 0; i < 40; i++) {
                world.append(TimerWorld.message("noise", 0, "x".repeat(2000), Map.of()));
            }
            for (int step = 0; step < 6; step++) {
                world.turn();
                world.cranked.flush();
                world.cranked.keepHouse();
            }
            if (hour == 6) {
                world.disk.killProcess();
                world.open();
            }
        }
        assertThat(world.cranked.store().totals().minLogOffset()).isGreaterThan(start + 200_000);

        world.now = START + 10 * DAY + 100;
        world.turn();
        world.cranked.flush();

        assertThat(world.delivered()).containsExactlyElementsOf(bodies);
    }
}
