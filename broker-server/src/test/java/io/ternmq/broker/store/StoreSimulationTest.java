package io.ternmq.broker.store;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Tells many {@link StoreSimulation stories}. {@code -Dternmq.simulation.seeds=N} tells N of them,
 * {@code -Dternmq.simulation.seed=N} that one alone.
 */
class StoreSimulationTest {
    @Test
    void keepsItsPromisesOnABadDisk() {
        Long single = Long.getLong("ternmq.simulation.seed");
        LongStream seeds = single != null
                ? LongStream.of(single)
                : LongStream.range(0, Long.getLong("ternmq.simulation.seeds", 300));
        seeds.forEach(seed -> {
            StoreSimulation simulation = new StoreSimulation(seed);
            try {
                simulation.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "simulation failed: seed=" + seed + "; repeat it with -Dternmq.simulation.seed=" + seed
                                + "; story:\n" + simulation.story(),
                        e);
            }
        });
    }
}
