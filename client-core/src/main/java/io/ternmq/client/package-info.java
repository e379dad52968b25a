/**
 * The API that applications program against: messages, producers, consumers and the factory that makes them.
 *
 * <p>Anybody may call it, from any thread. Listeners run on threads that the consumers of a client share; {@link
 * io.ternmq.client.SendCallback callbacks} and continuations of futures run on an I/O thread of the client unless a
 * callback executor is given, and must not block there. Only {@link io.ternmq.client.MQFactory} sees the implementation
 * under {@code io.ternmq.client.internal}, which is free to change.
 */
@NullMarked
package io.ternmq.client;

import org.jspecify.annotations.NullMarked;
