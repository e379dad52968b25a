/**
 * What the load generator asks of a client, whichever it is. {@link io.ternmq.benchmarks.client.ClientKind} opens one; the
 * implementations are in packages of their own, that of the genuine client in a class loader of its own. Called from the load
 * generator's threads; receivers and outcomes are called on the clients' threads.
 */
@NullMarked
package io.ternmq.benchmarks.client;

import org.jspecify.annotations.NullMarked;
