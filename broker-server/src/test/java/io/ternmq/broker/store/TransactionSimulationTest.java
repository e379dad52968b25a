package io.ternmq.broker.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Tells many {@link TransactionSimulation stories}. {@code -Dternmq.simulation.seeds=N} tells N of them,
 * {@code -Dternmq.simulation.seed=N} that one alone.
 */
class TransactionSimulationTest {
    @Test
    void endsEachTransactionOnceOnABadDisk() {
        Long single = Long.getLong("ternmq.simulation.seed");
        LongStream seeds = single != null
                ? LongStream.of(single)
                : LongStream.range(0, Long.getLong("ternmq.simulation.seeds", 300));
        seeds.forEach(seed -> {
            TransactionSimulation simulation = start(seed);
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

    private static TransactionSimulation start(long seed) {
        try {
            return new TransactionSimulation(seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
