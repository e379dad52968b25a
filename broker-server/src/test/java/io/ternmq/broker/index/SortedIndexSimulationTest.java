package io.ternmq.broker.index;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Tells many {@link SortedIndexSimulation stories}. {@code -Dternmq.simulation.seeds=N} tells N of them,
 * {@code -Dternmq.simulation.seed=N} that one alone.
 */
class SortedIndexSimulationTest {
    @Test
    void holdsWhatFollowsFromTheLogOnABadDisk() throws Exception {
        Long single = Long.getLong("ternmq.simulation.seed");
        long[] seeds = (single != null
                        ? LongStream.of(single)
                        : LongStream.range(0, Long.getLong("ternmq.simulation.seeds", 300)))
                .toArray();
        for (long seed : seeds) {
            SortedIndexSimulation simulation = new SortedIndexSimulation(seed);
            try {
                simulation.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "simulation failed: seed=" + seed + "; repeat it with -Dternmq.simulation.seed=" + seed
                                + "; story:\n" + simulation.story(),
                        e);
            }
        }
    }
}
