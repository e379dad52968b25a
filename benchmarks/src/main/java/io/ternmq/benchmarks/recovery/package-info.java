/** Measures how long a broker needs until it is ready, after it was stopped and after it was killed. */
@NullMarked
package io.ternmq.benchmarks.recovery;

import org.jspecify.annotations.NullMarked;
