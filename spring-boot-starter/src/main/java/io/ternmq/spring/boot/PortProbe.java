package io.ternmq.spring.boot;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Looks who listens at an address, when it turns out not to be a broker. Used on the way down only. */
final class PortProbe {

    private static final int PATIENCE_MILLIS = 1000;
    private static final byte[] QUESTION = "OPTIONS * HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String ANSWER = "HTTP/";

    private PortProbe() {}

    /** Whether an HTTP server answers at the address, {@code host:port}, within a second. */
    static boolean isHttp(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            return false;
        }
        try (Socket socket = new Socket()) {
            int port = Integer.parseInt(address.substring(colon + 1));
            socket.connect(new InetSocketAddress(address.substring(0, colon), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(QUESTION);
            byte[] start = socket.getInputStream().readNBytes(ANSWER.length());
            return ANSWER.equals(new String(start, StandardCharsets.US_ASCII));
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
