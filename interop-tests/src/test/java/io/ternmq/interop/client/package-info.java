/**
 * What the contracts need of a client, whoever wrote it: producers, consumers, messages sent and delivered.
 * {@link io.ternmq.interop.client.TernMQMessaging} is TernMQ's own; the genuine ones are in {@code io.ternmq.interop.peer}.
 */
@NullMarked
package io.ternmq.interop.client;

import org.jspecify.annotations.NullMarked;
