package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void isDrawnAgainWhenItHasMoved() {
        try (ProgressBar bar = new ProgressBar(terminal, true, "check")) {
            bar.reached(0, 8 << 20);
            bar.reached(1, 8 << 20);
            bar.reached(4 << 20, 8 << 20);
            bar.reached(8 << 20, 8 << 20);
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("\rcheck [" + ".".repeat(40) + "] 0 % of 8 MiB"
                        + "\rcheck [" + "#".repeat(20) + ".".repeat(20) + "] 50 % of 8 MiB"
                        + "\rcheck [" + "#".repeat(40) + "] 100 % of 8 MiB" + System.lineSeparator());
    }

    @Test
    void isNotDrawnWithoutATerminal() {
        try (ProgressBar bar = new ProgressBar(terminal, false, "check")) {
            bar.reached(1, 1);
        }

        assertThat(bytes.size()).isZero();
    }

    @Test
    void isFullIfThereIsNothingToDo() {
        try (ProgressBar bar = new ProgressBar(terminal, true, "check")) {
            bar.reached(0, 0);
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("100 %");
    }
}
