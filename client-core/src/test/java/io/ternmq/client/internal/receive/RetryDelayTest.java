package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.ConsumeOutcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelayTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1",
        "PT1S, 1",
        "PT2.9S, 1",
        "PT4S, 2",
        "PT5S, 2",
        "PT19S, 3",
        "PT21S, 4",
        "PT1M, 5",
        "PT10M, 14",
        "PT16M, 15",
        "PT2H, 18",
        "PT100H, 18"
    })
    void givesTheExactTimeAndTheNearestLevel(Duration delay, int level) {
        assertThat(RetryDelay.of(delay)).isEqualTo(new RetryDelay(level, delay.toMillis()));
    }

    @Test
    void refusesNegativeTimes() {
        assertThatThrownBy(() -> ConsumeOutcome.retryAfter(Duration.ofMillis(-1)))
                .hasMessageContaining("must not be negative");
    }
}
