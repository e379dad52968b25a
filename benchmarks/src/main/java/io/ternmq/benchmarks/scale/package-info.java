/** Measures what happens when there is much: many queues, a long backlog. Run from a command line, on the main thread. */
@NullMarked
package io.ternmq.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
