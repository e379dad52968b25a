package io.ternmq.broker;

import io.ternmq.broker.store.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Draws how far a command has come, on one line that is drawn again; draws nothing where nobody sits in front of a terminal. */
final class ProgressBar implements Progress, AutoCloseable {
    private static final int WIDTH = 40;
    private static final long MIB = 1 << 20;

    private final PrintStream terminal;
    private final boolean visible;
    private final String task;
    private int drawnPermille = -1;

    ProgressBar(PrintStream terminal, boolean visible, String task) {
        this.terminal = terminal;
        this.visible = visible;
        this.task = task;
    }

    /** Whether the standard error of this process is a terminal. */
    @SuppressWarnings("SystemConsoleNull") // Only where the system does not tell better.
    static boolean isAtTerminal() {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
            return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            return System.console() != null;
        }
    }

    @Override
    public void reached(long bytes, long ofBytes) {
        int permille = ofBytes == 0 ? 1000 : (int) (bytes * 1000.0 / ofBytes);
        if (!visible || permille == drawnPermille) {
            return;
        }
        drawnPermille = permille;
        int filled = permille * WIDTH / 1000;
        terminal.print("\r" + task + " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + permille / 10
                + " % of " + ofBytes / MIB + " MiB");
        terminal.flush();
    }

    @Override
    public void close() {
        if (drawnPermille >= 0) {
            terminal.println();
        }
    }
}
