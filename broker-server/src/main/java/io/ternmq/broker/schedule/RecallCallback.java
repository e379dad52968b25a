package io.ternmq.broker.schedule;

import io.ternmq.protocol.ResponseCode;

/** Is told, exactly once and on any thread, what became of taking a message back. Must not block. */
public interface RecallCallback {
    /** The message will not be delivered. */
    void cancelled();

    /** The message waits for another instant now. */
    void moved(long deliverAt);

    /** The message is in its queue already. */
    void alreadyDelivered();

    /** No such message waits. */
    void unknown();

    /** It waits on, because the disk or the broker cannot do more at the moment. */
    void failed(ResponseCode code, String reason);
}
