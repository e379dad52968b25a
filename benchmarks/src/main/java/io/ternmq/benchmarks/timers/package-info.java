/** Measures messages that are delivered later: how fast they come in, what they cost while they wait, how punctual they are. Run from a command line, on the main thread. */
@NullMarked
package io.ternmq.benchmarks.timers;

import org.jspecify.annotations.NullMarked;
