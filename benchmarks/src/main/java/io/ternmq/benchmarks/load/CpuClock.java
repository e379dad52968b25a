package io.ternmq.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how much CPU time this process, the server's, and the whole machine have used so far. */
final class CpuClock {
    private static final Path MACHINE = Path.of("/proc/stat");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    /** Unit of {@code /proc/stat}: USER_HZ, which Linux fixes at 100 a second. */
    private static final long MICROS_PER_TICK = 10_000;

    private final @Nullable ProcessHandle server;

    /**
     * Watches a server.
     *
     * @throws IllegalArgumentException if there is no such process
     */
    CpuClock(OptionalLong serverPid) {
        this.server = serverPid.isEmpty() ? null : find(serverPid.getAsLong());
    }

    private static ProcessHandle find(long pid) {
        return ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalArgumentException("no process has this id: --server-pid=" + pid));
    }

    Reading read() throws IOException {
        return new Reading(
                System.nanoTime(),
                micros(ProcessHandle.current()),
                server == null ? OptionalLong.empty() : OptionalLong.of(micros(server)),
                machineMicros());
    }

    private static long micros(ProcessHandle process) {
        Optional<Duration> used = process.info().totalCpuDuration();
        return used.orElse(Duration.ZERO).toNanos() / 1000;
    }

    /** Busy time of all processors; idle and waiting for the disk left out. Empty where the system does not tell. */
    private static OptionalLong machineMicros() throws IOException {
        String first;
        try (var lines = Files.lines(MACHINE)) {
            first = lines.findFirst().orElse("");
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
        String[] ticks = BLANKS.split(first, -1);
        long busy = 0;
        for (int column : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(ticks[column]);
        }
        return OptionalLong.of(busy * MICROS_PER_TICK);
    }

    /**
     * CPU time used so far.
     *
     * @param nanos when it was read
     */
    record Reading(long nanos, long clientMicros, OptionalLong serverMicros, OptionalLong machineMicros) {

        /** What was used since an earlier reading. */
        CpuUse since(Reading start) {
            long elapsed = (nanos - start.nanos) / 1000;
            long client = clientMicros - start.clientMicros;
            OptionalLong server = difference(serverMicros, start.serverMicros);
            OptionalLong machine = difference(machineMicros, start.machineMicros);
            return new CpuUse(elapsed, client, server, machine);
        }

        private static OptionalLong difference(OptionalLong end, OptionalLong start) {
            return end.isPresent() && start.isPresent()
                    ? OptionalLong.of(end.getAsLong() - start.getAsLong())
                    : OptionalLong.empty();
        }
    }

    /** CPU time used in a span, all in microseconds. */
    record CpuUse(long elapsedMicros, long clientMicros, OptionalLong serverMicros, OptionalLong machineMicros) {

        /** Share of the whole machine that neither client nor server used, in percent. */
        double othersPercent() {
            double others = machineMicros.orElse(0) - clientMicros - serverMicros.orElse(0);
            double all = (double) elapsedMicros * Runtime.getRuntime().availableProcessors();
            return Math.max(0, others * 100 / all);
        }
    }
}
