package io.ternmq.broker;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.StoreCheck;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks the data directory of a broker that is not running. */
@SuppressWarnings("NullAway.Init") // Picocli fills in the directory.
@Command(
        name = "verify-store",
        mixinStandardHelpOptions = true,
        versionProvider = BrokerMain.Version.class,
        description = {
            "Reads all messages of a broker that is not running and checks each, as well as the files of topics,"
                    + " groups and offsets. Changes nothing.",
            "Exit code: 0 all is sound, 1 something is damaged or cannot be read, 2 the command line is not right."
        })
final class VerifyStoreCommand implements Callable<Integer> {
    private static final int SHOWN = 100;

    private final PrintStream out;
    private final ProgressBar bar;

    @Parameters(paramLabel = "DIR", description = "Data directory of the broker.")
    private Path directory;

    VerifyStoreCommand(PrintStream out, ProgressBar bar) {
        this.out = out;
        this.bar = bar;
    }

    @Override
    public Integer call() throws IOException {
        StoreCheck.Findings findings;
        try (bar) {
            findings = StoreCheck.run(directory, Files.real(), bar);
        }
        findings.damages().stream().limit(SHOWN).forEach(damage -> out.println("damaged: " + text(damage)));
        if (findings.damages().size() > SHOWN) {
            out.println("and " + (findings.damages().size() - SHOWN) + " more");
        }
        if (findings.tornBytes() > 0) {
            out.println("broker was not stopped cleanly: bytes without a message at the end=" + findings.tornBytes()
                    + "; the next start cuts them off, nothing that was acknowledged is among them");
        }
        out.println("verified: messages=" + findings.records() + ", bytes=" + findings.bytes() + ", damaged places="
                + findings.damages().size());
        return findings.damages().isEmpty() ? 0 : 1;
    }

    private static String text(StoreCheck.Damage damage) {
        return "file=" + damage.file() + ", position=" + damage.position()
                + (damage.logOffset() < 0 ? "" : ", logOffset=" + damage.logOffset() + ", bytes=" + damage.bytes())
                + ", reason=" + damage.what();
    }
}
