package io.ternmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void countsFromWhenASendWasDueIfTheOneBeforeTookTooLong() throws InterruptedException {
        Pace pace = new Pace(1_000_000_000, 0);
        TimeUnit.MILLISECONDS.sleep(1);

        long first = pace.await();
        long second = pace.await();
        long third = pace.await();

        assertThat(second - first).isEqualTo(1);
        assertThat(third - second).isEqualTo(1);
    }

    @Test
    void waitsForWhatIsNotDueYet() throws InterruptedException {
        long began = System.nanoTime();
        Pace pace = new Pace(100, 1);

        assertThat(pace.await() - began).isGreaterThanOrEqualTo(10_000_000);
    }
}
