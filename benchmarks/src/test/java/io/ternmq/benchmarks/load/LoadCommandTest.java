package io.ternmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandTest {
    private final StringWriter errors = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--size=8, 16 to 4194304",
        "--threads=0, 1 to 1024",
        "--duration=3600.0, 0.1 to 600.0 seconds",
        "--warmup=-1.0, 0.0 to 600.0 seconds",
        "--rate=0, 1 to 10000000",
        "--rounds=0, 1 to 1000",
        "--server-pid=999999999, no process"
    })
    void refusesWhatCannotBeRun(String argument, String hint) {
        int exit = execute("--name-server=127.0.0.1:9876", argument);

        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString()).contains(argument).contains(hint);
    }

    @Test
    void wantsAsManyNamesAsBrokers() {
        assertThat(execute("--name-server=127.0.0.1:1,127.0.0.1:2", "--server=one"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("--server names 1, --name-server names 2");
    }

    @Test
    void wantsANameServer() {
        assertThat(execute()).isEqualTo(2);
        assertThat(errors.toString()).contains("--name-server");
    }

    private int execute(String... arguments) {
        return new CommandLine(new LoadCommand())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
