package io.ternmq.client;

import java.util.Objects;
import javax.net.ssl.SSLContext;

/**
 * How connections are encrypted.
 *
 * @param sslContext trusts the brokers' certificates and, for mutual TLS, holds the client's own
 * @param verifyHostName whether a broker's certificate must name the host that was connected to
 */
public record TlsConfig(SSLContext sslContext, boolean verifyHostName) {

    public TlsConfig {
        Objects.requireNonNull(sslContext, "sslContext");
    }
}
