package io.ternmq.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {

    @Test
    void findsAPortThatAServerCanTakeTogetherWithItsNeighbours() {
        int port = LoopbackPorts.find(-2, 1);

        assertThat(port).isBetween(1024, 32_767);
        assertThatNoException().isThrownBy(() -> {
            try (ServerSocket below = listen(port - 2);
                    ServerSocket here = listen(port);
                    ServerSocket above = listen(port + 1)) {
                assertThat(new ServerSocket[] {below, here, above}).allMatch(ServerSocket::isBound);
            }
        });
    }

    private static ServerSocket listen(int port) throws Exception {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
