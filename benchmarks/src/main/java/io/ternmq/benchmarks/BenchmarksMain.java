package io.ternmq.benchmarks;

import io.ternmq.benchmarks.embedded.EmbeddedCommand;
import io.ternmq.benchmarks.load.LoadCommand;
import io.ternmq.benchmarks.recovery.RecoveryCommand;
import io.ternmq.benchmarks.scale.BacklogCommand;
import io.ternmq.benchmarks.scale.QueuesCommand;
import io.ternmq.benchmarks.timers.TimersCommand;
import java.util.Arrays;
import org.openjdk.jmh.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the load generator or, for {@code jmh}, the JMH benchmarks of this jar with the arguments that follow. */
@Command(
        name = "ternmq-benchmarks",
        description = "Measures TernMQ, and any other broker that speaks the remoting protocol.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LoadCommand.class,
            EmbeddedCommand.class,
            RecoveryCommand.class,
            TimersCommand.class,
            QueuesCommand.class,
            BacklogCommand.class
        },
        footer = {"", "  jmh ARGS...   the JMH benchmarks of this jar, with JMH's own arguments (jmh -h)"})
public final class BenchmarksMain implements Runnable {
    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    private BenchmarksMain() {}

    /** Exits with 0 when the runs were made, 1 when one failed, 2 when the arguments are wrong. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("jmh")) {
            Main.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        System.exit(new CommandLine(new BenchmarksMain()).execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "nothing to run is named; name a command, see --help");
    }
}
