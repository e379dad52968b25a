package io.ternmq.broker.request;

import io.ternmq.protocol.CommandException;

/**
 * Serves the requests of one or a few codes. Called on the io thread of the connection, where it must not block, or on a request thread if
 * it was registered as blocking.
 */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Answers the request, now or later, exactly once. The request's body is valid until this method returns; who needs it
     * longer retains it.
     *
     * @throws CommandException the documented refusal, which becomes the answer
     */
    void handle(Request request) throws CommandException;
}
