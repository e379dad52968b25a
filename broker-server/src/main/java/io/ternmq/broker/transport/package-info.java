/**
 * The Netty server: sockets, TLS on the same port, frames, one {@link io.ternmq.broker.transport.Connection} per channel, limits and
 * time-outs. Everything here runs on the {@code ternmq-io} threads, which must never block.
 */
@NullMarked
package io.ternmq.broker.transport;

import org.jspecify.annotations.NullMarked;
