package io.ternmq.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DelayLevelsTest {
    /** The broker takes level 3 + the number of failures before. */
    @Test
    void makeTheDocumentedIntervalsOfRetries() {
        DelayLevels levels = DelayLevels.standard();

        assertThat(IntStream.rangeClosed(3, 22).mapToObj(levels::delay).map(Duration::toSeconds))
                .containsExactly(
                        10L, 30L, 60L, 120L, 180L, 240L, 300L, 360L, 420L, 480L, 540L, 600L, 1200L, 1800L, 3600L, 7200L,
                        7200L, 7200L, 7200L, 7200L);
        assertThat(levels.delay(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(levels.delay(2)).isEqualTo(Duration.ofSeconds(5));
    }
}
