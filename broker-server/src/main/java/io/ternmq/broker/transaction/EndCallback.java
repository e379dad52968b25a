package io.ternmq.broker.transaction;

import io.ternmq.protocol.ResponseCode;

/** Told, exactly once, what became of the wish to end a transaction; on the caller's thread or one of the store's. Must not block. */
public interface EndCallback {
    /** It has ended as wanted, now or before. */
    void ended();

    /** It has not. */
    void refused(ResponseCode code, String reason);
}
