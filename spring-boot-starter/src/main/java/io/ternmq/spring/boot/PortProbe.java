package io.ternmq.spring.boot;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Looks who listens at an address, when it turns out not to be a broker, or not one that speaks as expected. Used on the way down only. */
final class PortProbe {

    private static final int CONNECT_MILLIS = 1000;
    private static final int ANSWER_MILLIS = 3000;
    private static final byte[] HTTP_QUESTION = "OPTIONS * HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String HTTP_ANSWER = "HTTP/";

    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    private PortProbe() {}

    /** Whether an HTTP server answers at the address, {@code host:port}, within seconds. */
    static boolean isHttp(String address) {
        byte[] start = answer(address, HTTP_QUESTION, HTTP_ANSWER.length());
        return HTTP_ANSWER.equals(new String(start, StandardCharsets.US_ASCII));
    }

    /** Whether somebody answers a TLS greeting at the address, {@code host:port}, within seconds, be it with a refusal. */
    static boolean isTls(String address) {
        byte[] start = answer(address, greeting(), 1);
        return start.length == 1 && (start[0] == TLS_HANDSHAKE || start[0] == TLS_ALERT);
    }

    private static byte[] greeting() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            ByteBuffer greeting = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), greeting);
            return Arrays.copyOf(greeting.array(), greeting.position());
        } catch (GeneralSecurityException | IOException e) {
            return new byte[0];
        }
    }

    /** The first bytes that are answered; fewer where somebody else, or nobody, listens. */
    private static byte[] answer(String address, byte[] question, int length) {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            return new byte[0];
        }
        try (Socket socket = new Socket()) {
            int port = Integer.parseInt(address.substring(colon + 1));
            socket.connect(new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(question);
            return socket.getInputStream().readNBytes(length);
        } catch (IOException | IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
