package io.ternmq.broker.request;

import io.ternmq.protocol.Command;
import org.jspecify.annotations.Nullable;

/** Where the answer to one request goes; the transport implements it. Callable from any thread. */
public interface Reply {
    /** Takes the answer and its body, or {@code null} where nothing is to be sent. Called exactly once for each request. */
    void send(@Nullable Command response);

    /** Tells that the answer will wait for something outside, and that the request must not hold up others meanwhile. */
    default void parked() {}
}
