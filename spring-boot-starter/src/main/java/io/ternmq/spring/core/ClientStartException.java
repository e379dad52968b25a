package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import java.util.List;

/**
 * A producer or consumer of the application could not start: its cluster was not reached, or it was refused. The cause
 * tells which.
 */
public final class ClientStartException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String client;
    private final String nameServers;

    /**
     * Makes the exception.
     *
     * @param client who could not start, such as {@code listener orders.pay}
     * @param nameServers the addresses that were configured
     */
    public ClientStartException(String client, List<String> nameServers, MQClientException cause) {
        super(client + " could not start: nameServers=" + nameServers + ": " + cause.getMessage(), cause);
        this.client = client;
        this.nameServers = String.join(";", nameServers);
    }

    /** Who could not start. */
    public String client() {
        return client;
    }

    /** The configured addresses, separated by {@code ;}. */
    public String nameServers() {
        return nameServers;
    }
}
