/**
 * Connections to name servers and brokers: one for each address, shared by everything in a client. Requests are matched
 * with their answers, time out, and fail when their connection is lost; the next request connects again.
 *
 * <p>Called from any thread. Futures complete on an I/O thread, which must not be blocked; the I/O threads and the one
 * timer thread are those of {@link io.ternmq.client.internal.connection.ClientRuntime}, shared by all clients of the JVM.
 */
@NullMarked
package io.ternmq.client.internal.connection;

import org.jspecify.annotations.NullMarked;
