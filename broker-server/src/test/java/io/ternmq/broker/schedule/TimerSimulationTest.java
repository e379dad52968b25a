package io.ternmq.broker.schedule;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Tells many {@link TimerSimulation stories}. {@code -Dternmq.simulation.seeds=N} tells N of them,
 * {@code -Dternmq.simulation.seed=N} that one alone.
 */
class TimerSimulationTest {
    @Test
    void deliversExactlyOnceOnABadDisk() {
        Long single = Long.getLong("ternmq.simulation.seed");
        LongStream seeds = single != null
                ? LongStream.of(single)
                : LongStream.range(0, Long.getLong("ternmq.simulation.seeds", 300));
        seeds.forEach(TimerSimulationTest::tell);
    }

    private static void tell(long seed) {
        TimerSimulation simulation = null;
        try {
            simulation = new TimerSimulation(seed);
            simulation.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "simulation failed: seed=" + seed + "; repeat it with -Dternmq.simulation.seed=" + seed
                            + "; story:\n" + (simulation == null ? "" : simulation.story()),
                    e);
        }
    }
}
