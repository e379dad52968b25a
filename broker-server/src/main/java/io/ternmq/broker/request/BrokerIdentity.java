package io.ternmq.broker.request;

import io.ternmq.broker.group.ClientConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who this broker is and where clients find it. Immutable.
 *
 * @param clusterName name of the cluster of one
 * @param brokerName name of the broker
 * @param advertised where clients are told to find it; {@code null}: where they have found it
 */
public record BrokerIdentity(
        String clusterName, String brokerName, @Nullable Advertised advertised) {
    /**
     * An address for clients.
     *
     * @param host name or address as clients shall see it
     * @param port port as clients shall see it; 0: the one they have used
     * @param resolved the address of the host, for message ids
     */
    public record Advertised(String host, int port, InetAddress resolved) {
        int portFor(ClientConnection client) {
            return port != 0 ? port : client.localAddress().getPort();
        }
    }

    /** Returns the address, as host and port, that a client is told. */
    public String address(ClientConnection client) {
        if (advertised != null) {
            return advertised.host() + ":" + advertised.portFor(client);
        }
        InetSocketAddress local = client.localAddress();
        return local.getAddress().getHostAddress() + ":" + local.getPort();
    }

    /** Returns the address that goes into messages and their ids. */
    public InetSocketAddress storeHost(ClientConnection client) {
        return advertised != null
                ? new InetSocketAddress(advertised.resolved(), advertised.portFor(client))
                : client.localAddress();
    }
}
