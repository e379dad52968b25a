package io.ternmq.spring.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ternmq.client.StartPosition;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StartPositionsTest {

    @Test
    void readsNamesAndTimes() {
        assertThat(StartPositions.parse("Latest")).isEqualTo(StartPosition.latest());
        assertThat(StartPositions.parse(" earliest ")).isEqualTo(StartPosition.earliest());
        assertThat(StartPositions.parse("2026-01-31T08:00:00Z"))
                .isEqualTo(StartPosition.at(Instant.parse("2026-01-31T08:00:00Z")));
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartPositions.parse("yesterday"))
                .withMessageContaining("yesterday")
                .withMessageContaining("latest, earliest");
    }
}
