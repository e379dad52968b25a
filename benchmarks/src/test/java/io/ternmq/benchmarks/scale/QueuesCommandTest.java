package io.ternmq.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class QueuesCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void measuresAFewTopics() {
        assertThat(run("--topics", "3", "--queues", "2", "--seconds", "1", "--size", "64"))
                .isZero();

        assertThat(out.toString()).contains("create 3 topics of 2 queues", "over 6 queues", "start again");
    }

    @Test
    void refusesWhatWouldNotEnd() {
        assertThat(run("--topics", "0")).isEqualTo(2);
    }

    private int run(String... arguments) {
        CommandLine command = new CommandLine(new QueuesCommand());
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(new StringWriter()));
        return command.execute(arguments);
    }
}
