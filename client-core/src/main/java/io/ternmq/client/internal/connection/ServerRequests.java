package io.ternmq.client.internal.connection;

import io.ternmq.protocol.Command;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a client does when a broker asks something of it. Called on an I/O thread; must not block. */
@FunctionalInterface
public interface ServerRequests {

    /**
     * Handles a request; its body is released by the caller.
     *
     * @return the answer, now or later; {@code null} in it if there is none to give; a request that is not understood is answered
     *     by {@link io.ternmq.protocol.ResponseCode#REQUEST_CODE_NOT_SUPPORTED}
     */
    CompletionStage<@Nullable Command> handle(String address, Command request);
}
