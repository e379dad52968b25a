/** Measures what an application pays for the embedded broker: its start, memory, disk and end. Run from a command line, on the main thread. */
@NullMarked
package io.ternmq.benchmarks.embedded;

import org.jspecify.annotations.NullMarked;
