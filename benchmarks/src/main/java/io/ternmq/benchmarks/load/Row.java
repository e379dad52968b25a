package io.ternmq.benchmarks.load;

import io.ternmq.benchmarks.load.Meter.Measurement;

/**
 * One line of results.
 *
 * @param name the mode, and what of it
 * @param note facts that do not fit a column
 */
record Row(String name, int threads, Measurement measured, String note) {}
