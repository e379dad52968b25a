/**
 * The load generator: {@link io.ternmq.benchmarks.load.LoadCommand} reads the command line, {@link
 * io.ternmq.benchmarks.load.LoadRun} makes one run, {@code Meter} measures it, {@code RowWriter} prints it. Sending threads are
 * named {@code load-n}; messages are received on the threads of the client.
 */
@NullMarked
package io.ternmq.benchmarks.load;

import org.jspecify.annotations.NullMarked;
