package io.ternmq.benchmarks.load;

import java.time.Duration;

/**
 * One run.
 *
 * @param nameServer {@code host:port}
 * @param topic used by this run alone
 * @param threads sending threads; of {@link Mode#consume}, consuming ones
 * @param inFlight of {@link Mode#async}: sends that wait for their answer
 * @param batch of {@link Mode#batch}: messages a request
 * @param size bytes of a body
 * @param rate of {@link Mode#e2e}: messages a second, all threads together
 * @param backlog of {@link Mode#consume}: messages sent before
 * @param consumeThreads of {@link Mode#e2e}: consuming threads
 * @param warmup time before the window that is measured
 * @param duration that window, or of {@link Mode#consume} its limit
 */
record LoadSettings(
        String nameServer,
        String topic,
        Mode mode,
        int threads,
        int inFlight,
        int batch,
        int size,
        int rate,
        int backlog,
        int consumeThreads,
        Duration warmup,
        Duration duration) {

    /** The smallest body: it carries an instant and the number of the run. */
    static final int MIN_SIZE = 16;

    private static final Duration LONGEST = Duration.ofMinutes(10);

    LoadSettings {
        range("--threads", threads, 1, 1024);
        range("--in-flight", inFlight, 1, 1_000_000);
        range("--batch", batch, 1, 10_000);
        range("--size", size, MIN_SIZE, 4 * 1024 * 1024);
        range("--rate", rate, 1, 10_000_000);
        range("--backlog", backlog, 100, 100_000_000);
        range("--consume-threads", consumeThreads, 1, 1024);
        bounded("--warmup", warmup, Duration.ZERO);
        bounded("--duration", duration, Duration.ofMillis(100));
    }

    private static void range(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    option + "=" + value + " is not allowed; allowed: " + least + " to " + most);
        }
    }

    private static void bounded(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(option + "=" + seconds(value) + " is not allowed; allowed: "
                    + seconds(least) + " to " + seconds(LONGEST) + " seconds");
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
