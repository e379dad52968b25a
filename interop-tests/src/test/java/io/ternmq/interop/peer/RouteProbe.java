package io.ternmq.interop.peer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a name server for the route of a topic with the smallest frame that will do; uses nobody's codec. */
final class RouteProbe {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LARGEST_HEADER = 1 << 16;

    private RouteProbe() {}

    /** Returns whether the name server knows a broker for the topic; false also while it does not answer. */
    static boolean knows(int nameServerPort, String topic) {
        byte[] header =
                ("{\"code\":105,\"flag\":0,\"language\":\"JAVA\",\"opaque\":1,\"version\":479,\"extFields\":{\"topic\":\""
                                + topic + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), nameServerPort), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream output = new DataOutputStream(socket.getOutputStream());
            output.writeInt(4 + header.length);
            output.writeInt(header.length);
            output.write(header);
            output.flush();

            DataInputStream input = new DataInputStream(socket.getInputStream());
            input.readInt();
            int length = input.readInt();
            if (length < 0 || length > LARGEST_HEADER) {
                return false;
            }
            return new String(input.readNBytes(length), StandardCharsets.UTF_8).contains("\"code\":0,");
        } catch (IOException notYet) {
            return false;
        }
    }
}
