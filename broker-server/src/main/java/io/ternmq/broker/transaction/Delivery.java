package io.ternmq.broker.transaction;

import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.NewMessage;

/** Appends committed messages: to their own queues, or to where they wait for their time. */
@FunctionalInterface
public interface Delivery {
    /**
     * Appends a message. The record must keep its {@code preparedTransactionOffset} and its system flag, which end the half message. Must not
     * block or throw.
     */
    void append(NewMessage committed, AppendCallback callback);
}
