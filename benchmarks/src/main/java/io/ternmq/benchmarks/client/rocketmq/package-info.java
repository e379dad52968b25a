/** Drives the genuine client. Loaded by a class loader of its own, and named by nobody but {@code ClientKind}; safe for any thread. */
@NullMarked
package io.ternmq.benchmarks.client.rocketmq;

import org.jspecify.annotations.NullMarked;
