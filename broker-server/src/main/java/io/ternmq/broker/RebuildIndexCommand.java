package io.ternmq.broker;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreRebuild;
import io.ternmq.broker.transaction.TransactionConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes anew what is derived from the messages in the data directory of a broker that is not running. */
@SuppressWarnings("NullAway.Init") // Picocli fills in the directory.
@Command(
        name = "rebuild-index",
        mixinStandardHelpOptions = true,
        versionProvider = BrokerMain.Version.class,
        description = {
            "Makes anew what is derived from the messages of a broker that is not running: queues, indexes, timers and"
                    + " transaction state. Messages, topics, groups and offsets stay as they are.",
            "Exit code: 0 it is done, 1 it could not be done and can be repeated, 2 the command line is not right."
        })
final class RebuildIndexCommand implements Callable<Integer> {
    private final PrintStream out;
    private final ProgressBar bar;

    @Parameters(paramLabel = "DIR", description = "Data directory of the broker.")
    private Path directory;

    RebuildIndexCommand(PrintStream out, ProgressBar bar) {
        this.out = out;
        this.bar = bar;
    }

    @Override
    public Integer call() throws IOException {
        Files files = Files.real();
        StoreRebuild rebuild = new StoreRebuild(StoreConfig.defaults(directory), files, List.of(Followers.DIRECTORY));
        rebuild.forget();
        Followers followers = Followers.open(files, directory, TransactionConfig.defaults());
        long messages;
        try (bar) {
            messages = rebuild.replay(Clock.system(), followers.all(), bar);
        }
        out.println("rebuilt: messages=" + messages);
        return 0;
    }
}
