package io.ternmq.benchmarks.timers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TimersCommandTest {
    private final StringWriter printed = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void measuresAFewTimers() {
        int lead = 2;
        // Timers that become due while they are sent cannot be measured; a busy machine needs more time.
        while (execute("--far=200", "--due=20", "--lead=" + lead) != 0) {
            assertThat(errors.toString()).contains("became due while they were sent");
            assertThat(lead).isLessThan(60);
            errors.getBuffer().setLength(0);
            lead *= 3;
        }

        assertThat(printed.toString())
                .contains("insertion of 200 timers", "start with 200 timers", "stored after the instant", "of 20");
    }

    @Test
    void refusesWhatCannotBeRun() {
        assertThat(execute("--due=0")).isEqualTo(2);
        assertThat(errors.toString()).contains("--due=0").contains("1 to 1000000");
    }

    private int execute(String... arguments) {
        return new CommandLine(new TimersCommand())
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
