package io.ternmq.broker.transaction;

import io.ternmq.broker.store.NewMessage;

/** Where a committed message goes: to its own queue, or to wherever it waits for its time. */
@FunctionalInterface
public interface Delivery {
    /** Returns the message as it is to be appended; the offset of its half message must stay in it. Must not block. */
    NewMessage route(NewMessage committed);
}
