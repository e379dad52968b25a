package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.body.ConsumerRunningInfo.TopicRates;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsumeRatesTest {
    private final AtomicLong now = new AtomicLong();
    private final ConsumeRates rates = new ConsumeRates(now::get);

    @Test
    void tellsRatesAndTimes() {
        rates.pulled("t", 20, millis(4));
        rates.pulled("t", 0, millis(2));
        rates.consumed("t", 15, true, millis(30));
        rates.consumed("t", 5, false, millis(10));
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));

        TopicRates topic = rates.rates().get("t");

        assertThat(topic).isEqualTo(new TopicRates(3, 2, 2, 1.5, 0.5, 5));
    }

    @Test
    void forgetsWhatIsLongAgo() {
        rates.consumed("t", 5, false, millis(10));
        for (int i = 0; i < 2; i++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(ConsumeRates.PERIOD_SECONDS));
            rates.mark();
        }

        assertThat(rates.rates().get("t").consumeFailedRate()).isZero();
        assertThat(rates.rates().get("t").consumeFailedMessages()).isEqualTo(5);
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
