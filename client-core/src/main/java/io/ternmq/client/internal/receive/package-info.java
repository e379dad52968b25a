/**
 * Receiving: for each queue that is this consumer's a puller asks for messages, the {@link
 * io.ternmq.client.internal.receive.ProcessQueue} holds them until they are done, and the {@link
 * io.ternmq.client.internal.receive.ListenerPool} hands them to the listeners.
 *
 * <pre>
 *   Rebalancer ─▶ QueuePuller ─▶ ProcessQueue ─▶ ListenerPool ─▶ MessageHandler ─▶ listener
 *                     ▲              │  CacheBudget bounds what is in memory        │ failed
 *                     └── has room ──┘                                              ▼
 *                                    └─▶ OffsetStore: the lowest offset not done   SendBack
 * </pre>
 *
 * <p>Pullers run on I/O threads, rebalancing, commits and timeouts on the timer thread; neither blocks. Only listeners
 * run on threads of their own, which the consumers of a client share.
 */
@NullMarked
package io.ternmq.client.internal.receive;

import org.jspecify.annotations.NullMarked;
