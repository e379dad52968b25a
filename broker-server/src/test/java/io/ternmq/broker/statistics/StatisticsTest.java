package io.ternmq.broker.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.store.CommittedRecord;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private final AtomicLong now = new AtomicLong(Duration.ofDays(20_000).toMillis());
    private final Statistics statistics = new Statistics(now::get, ZoneOffset.UTC);

    @Test
    void countsNothingThatIsShownBeforeTheStart() {
        store("t", 1);
        assertThat(statistics.storedIn("t")).isNull();

        statistics.start();
        store("t", 1);

        assertThat(statistics.storedIn("t").messages()).isEqualTo(1);
        assertThat(statistics.allStored().bytes()).isEqualTo(100);
    }

    @Test
    void tellsSpansApart() {
        statistics.start();
        store("t", 6);
        pass(Duration.ofMinutes(2));
        store("t", 3);
        pass(Duration.ofSeconds(30));
        Flow flow = statistics.storedIn("t");

        assertThat(flow.lastMinute(now.get()).messages()).isEqualTo(3);
        assertThat(flow.lastHour(now.get()).messages()).isEqualTo(9);
        pass(Duration.ofHours(2));
        assertThat(flow.lastMinute(now.get()).messages()).isZero();
        assertThat(flow.lastHour(now.get()).messages()).isZero();
        assertThat(flow.lastDay(now.get()).messages()).isEqualTo(9);
        assertThat(flow.messages()).isEqualTo(9);
    }

    @Test
    void tellsRates() {
        statistics.start();
        for (int i = 0; i < 60; i++) {
            statistics.delivered("g", "t", 20, 1000);
            pass(Duration.ofSeconds(10));
        }

        Amounts minute = statistics.deliveredTo("g", "t").lastMinute(now.get());
        assertThat(minute.perSecond(minute.messages())).isEqualTo(2.0);
        Amounts tenMinutes = statistics.allDelivered().last(Duration.ofMinutes(10), now.get());
        assertThat(tenMinutes.messages()).isEqualTo(1200);
        assertThat(tenMinutes.span()).isEqualTo(Duration.ofMinutes(10));
        assertThat(tenMinutes.times()).isEqualTo(60);
    }

    @Test
    void remembersTheTotalsOfTheMornings() {
        statistics.start();
        store("t", 4);
        pass(Duration.ofDays(1));
        store("t", 3);
        pass(Duration.ofDays(1));

        assertThat(statistics.mornings()).isEqualTo(new Statistics.Mornings(4, 7, 0, 0));
    }

    @Test
    void forgetsWhatHasRunDry() {
        statistics.start();
        store("t", 1);
        statistics.delivered("g", "t", 1, 1);

        pass(Duration.ofHours(27));

        assertThat(statistics.storedIn("t")).isNull();
        assertThat(statistics.deliveredTo("g", "t")).isNull();
        assertThat(statistics.allStored().messages()).isEqualTo(1);
    }

    private void store(String topic, int messages) {
        for (int i = 0; i < messages; i++) {
            statistics.follow(new CommittedRecord(topic, 0, i, 0, 100, 0, now.get(), 0, ""));
        }
    }

    private void pass(Duration time) {
        long end = now.get() + time.toMillis();
        while (now.get() < end) {
            now.addAndGet(Statistics.PERIOD.toMillis());
            statistics.sample();
        }
    }
}
