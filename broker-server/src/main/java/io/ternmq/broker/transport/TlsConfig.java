package io.ternmq.broker.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether TLS is spoken beside plain text on the one port, and with which key.
 *
 * @param mode which of the two is accepted
 * @param certificate PEM file with the certificate chain; {@code null} together with the key
 * @param key PEM file (PKCS #8) with the private key
 * @param keyPassword password of the key, if it has one
 * @param selfSigned directory in which to make and keep a self-signed certificate where no certificate is given
 */
public record TlsConfig(
        Mode mode,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String keyPassword,
        @Nullable Path selfSigned) {
    /** What is accepted on the port. */
    public enum Mode {
        /** Plain text only. */
        DISABLED,
        /** Both; the first byte tells. */
        PERMISSIVE,
        /** TLS only. */
        ENFORCING
    }

    /** Checks that there is a key where one is needed. */
    public TlsConfig {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("tls-cert and tls-key belong together: tls-cert=" + certificate
                    + ", tls-key=" + key + "; give both or neither");
        }
        if (mode != Mode.DISABLED && certificate == null && selfSigned == null) {
            throw new IllegalArgumentException("tls-mode=" + mode.name().toLowerCase(java.util.Locale.ROOT)
                    + " needs a certificate; give tls-cert and tls-key, or ask for one by tls-self-signed");
        }
    }

    /** Returns the settings of a server that speaks plain text only. */
    public static TlsConfig disabled() {
        return new TlsConfig(Mode.DISABLED, null, null, null, null);
    }

    @Override
    public String toString() {
        return "TlsConfig[mode=" + mode + ", certificate=" + certificate + ", key=" + key + ", selfSigned=" + selfSigned
                + "]";
    }
}
