package io.ternmq.broker.security;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import java.net.InetSocketAddress;

/** Decides whether a request may be served. Called for every request before its handler; safe for any thread. */
@FunctionalInterface
public interface AccessControl {
    /**
     * Returns if the request may be served.
     *
     * @throws CommandException with the code and the reason if it may not
     */
    void check(Command request, InetSocketAddress from) throws CommandException;

    /** Returns the access control of a broker without authentication. */
    static AccessControl allowAll() {
        return (request, from) -> {};
    }
}
