package io.ternmq.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nobody listens on, for tests that must know the port of a broker before it is there: one that is started late, or
 * again, or not at all. Safe for threads.
 */
public final class LoopbackPorts {
    private static final int ATTEMPTS = 200;

    private LoopbackPorts() {}

    /**
     * Returns a port such that it and those at the given distances from it are free at this moment, and likely to stay so: it is none that
     * a system gives to outgoing connections, or to those who ask for any port.
     *
     * @param distances of further ports, for a server that takes several, such as {@code 1} for the one above
     * @throws IllegalStateException if none is found
     */
    public static int find(int... distances) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // Systems begin at 32768, or later.
            int port = ThreadLocalRandom.current().nextInt(12_000, 30_000);
            if (isFree(port) && Arrays.stream(distances).allMatch(distance -> isFree(port + distance))) {
                return port;
            }
        }
        throw new IllegalStateException("no free ports found: attempts=" + ATTEMPTS);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
