package io.ternmq.protocol.body;

import java.util.Set;

/** Body of the answer to GET_PRODUCER_CONNECTION_LIST (code 204): who of a group is online. */
public record ProducerConnection(Set<ClientConnectionData> connectionSet) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ProducerConnection {
        connectionSet = connectionSet == null ? Set.of() : connectionSet;
    }
}
