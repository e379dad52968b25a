package io.ternmq.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedBrokerTest {
    @RegisterExtension
    static final EmbeddedBroker SHARED = new EmbeddedBroker(settings -> settings.brokerName("shared"));

    @RegisterExtension
    final EmbeddedBroker own = new EmbeddedBroker();

    @Test
    void runsOneForTheClassAndOneForTheTest() throws IOException {
        assertThat(own.port()).isNotEqualTo(SHARED.port());
        assertThat(own.address()).isEqualTo("127.0.0.1:" + own.port());
        try (Socket first = new Socket("127.0.0.1", own.port());
                Socket second = new Socket("127.0.0.1", SHARED.port())) {
            assertThat(first.isConnected()).isTrue();
            assertThat(second.isConnected()).isTrue();
        }
    }

    @Test
    void deletesItsDirectoryWhenItCloses() throws IOException {
        EmbeddedBroker broker = new EmbeddedBroker();
        broker.start();
        Path directory = broker.broker().dataDirectory();

        assertThat(directory).isDirectory();
        broker.stop();

        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void saysSoWhenItIsUsedOutsideOfATest() {
        assertThatThrownBy(() -> new EmbeddedBroker().address())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }
}
