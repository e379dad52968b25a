package io.ternmq.benchmarks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RecoveryCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void measuresStartsAfterAStopAndAfterACrash() {
        int exit = execute("--directory=" + directory, "--size=2", "--behind=1", "--rounds=1");

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString().lines()).hasSize(4);
        assertThat(out.toString())
                .containsPattern("derived anew +\\d+")
                .containsPattern("after a clean stop +\\d+")
                .containsPattern("middle of 1 MiB +\\d+");
    }

    @Test
    void refusesWhatCannotBeRun() {
        assertThat(execute("--size=0")).isEqualTo(2);
        assertThat(execute("--behind=0")).isEqualTo(2);
        assertThat(err.toString()).contains("--size=0", "--behind=[0]");
    }

    private int execute(String... arguments) {
        return new CommandLine(new RecoveryCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
