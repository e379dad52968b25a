package io.ternmq.interop.client;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import javax.net.ssl.SSLSocket;

/** Looks at the certificates of servers, as an administrator does who has made none himself. */
public final class Certificates {
    private static final int PATIENCE_MILLIS = 30_000;

    private Certificates() {}

    /** The certificate that a server shows, in PEM. */
    public static String of(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try (SSLSocket socket = (SSLSocket) TrustingSsl.context()
                .getSocketFactory()
                .createSocket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
