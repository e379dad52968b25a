package io.ternmq.broker.store;

import org.junit.jupiter.api.Test;

/**
 * Tells many {@link StoreSimulation stories}. {@code -Dternmq.simulation.crashes=N} goes on until N crashes were survived,
 * {@code -Dternmq.simulation.first=N} begins with another seed, {@code -Dternmq.simulation.seed=N} tells that one alone, in
 * detail.
 */
class StoreSimulationTest {
    private static final long CRASHES = Long.getLong("ternmq.simulation.crashes", 2_100);
    private static final long FIRST = Long.getLong("ternmq.simulation.first", 0);

    @Test
    void keepsItsPromisesOnABadDisk() {
        Long single = Long.getLong("ternmq.simulation.seed");
        if (single != null) {
            tell(new StoreSimulation(single).inDetail(), single);
            return;
        }
        long crashes = 0;
        long seed = FIRST;
        while (crashes < CRASHES) {
            crashes += tell(new StoreSimulation(seed), seed);
            seed++;
        }
        System.out.println(
                "simulated crashes survived: " + crashes + ", stories=" + (seed - FIRST) + ", first seed=" + FIRST);
    }

    private static int tell(StoreSimulation simulation, long seed) {
        try {
            simulation.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "simulation failed: seed=" + seed + "; repeat it with -Dternmq.simulation.seed=" + seed
                            + "; story:\n" + simulation.story(),
                    e);
        }
        return simulation.crashes();
    }
}
