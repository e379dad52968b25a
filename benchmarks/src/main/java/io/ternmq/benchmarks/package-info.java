/** The program of the benchmarks: picks what to run by the first argument. Nobody calls it but a command line; it runs on the main thread. */
@NullMarked
package io.ternmq.benchmarks;

import org.jspecify.annotations.NullMarked;
