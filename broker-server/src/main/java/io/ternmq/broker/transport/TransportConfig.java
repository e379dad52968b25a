package io.ternmq.broker.transport;

/**
 * Settings of the server.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 takes any free one
 * @param ioThreads number of event loops
 * @param tls whether and how TLS is spoken on the same port
 * @param limits what one client may cost
 */
public record TransportConfig(String host, int port, int ioThreads, TlsConfig tls, TransportLimits limits) {
    /** Checks the figures. */
    public TransportConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("listen is blank; give an address such as 127.0.0.1");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port is out of range: port=" + port + "; use 0 (any free port) to 65535");
        }
        if (ioThreads < 1 || ioThreads > 1024) {
            throw new IllegalArgumentException(
                    "io-threads is out of range: io-threads=" + ioThreads + "; use 1 to 1024");
        }
    }
}
