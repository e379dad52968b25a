/** The broker's store: append messages, read them back, keep them no longer than allowed. {@link io.ternmq.broker.store.MessageStore} is the only entry; request handlers and the delivery package call it from any thread. Two threads of its own: {@code ternmq-flush} forces the log and completes synchronous receipts, {@code ternmq-store} writes checkpoints and applies retention. */
@NullMarked
package io.ternmq.broker.store;

import org.jspecify.annotations.NullMarked;
