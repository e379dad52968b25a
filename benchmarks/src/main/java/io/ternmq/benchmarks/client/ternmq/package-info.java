/** Drives our own client through its public API. Opened by {@code ClientKind}; safe for any thread. */
@NullMarked
package io.ternmq.benchmarks.client.ternmq;

import org.jspecify.annotations.NullMarked;
