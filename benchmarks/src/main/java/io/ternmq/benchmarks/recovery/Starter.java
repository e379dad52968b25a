package io.ternmq.benchmarks.recovery;

import picocli.CommandLine;

/** Entry of the processes that {@link RecoveryCommand} starts. */
public final class Starter {
    private Starter() {}

    /** Runs one step. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RecoveryCommand()).execute(arguments));
    }
}
