package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transport.TlsConfig;
import io.ternmq.broker.transport.TransportLimits;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.header.PullHeader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes over a connection costs that connection only. */
class BadInputTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Broker broker;
    /** Closes connections that are silent or slow for a {@link #SHORT} time, which may happen to anybody on a busy machine. */
    private static Broker impatient;

    private TestClient innocent;

    @BeforeAll
    static void startBrokers() throws IOException {
        broker = startBroker(LONG, LONG);
        impatient = startBroker(LONG, SHORT);
    }

    private static Broker startBroker(Duration idle, Duration bytes) throws IOException {
        TransportLimits limits = TransportLimits.defaults().withTimes(idle, bytes, bytes, LONG);
        return Broker.start(BrokerConfig.builder().limits(limits).build());
    }

    @AfterAll
    static void closeBrokers() {
        broker.close();
        impatient.close();
    }

    @BeforeEach
    void connect() throws IOException {
        innocent = new TestClient(broker.port());
        assertThat(innocent.send("served", "before").code()).isZero();
    }

    @AfterEach
    void theOthersAreStillServed() throws IOException {
        assertThat(innocent.send("served", "after").code()).isZero();
        innocent.close();
    }

    static Stream<Arguments> streamsThatAreNoFrames() {
        return Stream.of(
                Arguments.of("HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("telnet", "help\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("TLS to a plain port", new byte[] {0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5}),
                Arguments.of("negative length", new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}),
                Arguments.of("length 0", new byte[] {0, 0, 0, 0, 0, 0, 0, 0}),
                Arguments.of("length over 16 MiB", new byte[] {1, 0, 0, 1, 0, 0, 0, 0}),
                Arguments.of("header longer than the frame", new byte[] {0, 0, 0, 8, 0, 0, 0, 5, 1, 2, 3, 4}),
                Arguments.of("unknown header format", new byte[] {0, 0, 0, 8, 9, 0, 0, 4, 1, 2, 3, 4}),
                Arguments.of(
                        "JSON header that does not parse", new byte[] {0, 0, 0, 8, 0, 0, 0, 4, '{', '"', 'x', '}'}),
                Arguments.of("binary header that does not parse", new byte[] {0, 0, 0, 8, 1, 0, 0, 4, 1, 2, 3, 4}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streamsThatAreNoFrames")
    void closesAConnectionThatSpeaksSomethingElse(String name, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            socket.getOutputStream().write(bytes);

            assertThat(readToEnd(socket)).isZero();
        }
    }

    @Test
    void closesAConnectionThatSendsNothing() throws IOException {
        try (TestClient other = served(impatient);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            assertThat(readToEnd(socket)).isZero();
            assertThat(other.send("served", "after").code()).isZero();
        }
    }

    @Test
    void closesAConnectionWhoseFrameNeverEnds() throws IOException {
        try (TestClient other = served(impatient);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            socket.getOutputStream().write(new byte[] {0, 0, 1, 0, 0, 0});

            assertThat(readToEnd(socket)).isZero();
            assertThat(other.send("served", "after").code()).isZero();
        }
    }

    @Test
    void servesOthersWhileThousandConnectionsSayNothing() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try (TestClient other = served(impatient)) {
            for (int i = 0; i < 1000; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), impatient.port()));
            }
            assertThat(other.send("served", "meanwhile").code()).isZero();
            for (Socket socket : silent) {
                assertThat(readToEnd(socket)).isZero();
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void keepsAConnectionThatSendsItsFramesPieceByPiece() throws IOException {
        byte[] header = "{\"code\":106,\"flag\":0,\"opaque\":9,\"language\":\"KLINGON\",\"unknown\":[1,{}]}"
                .getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            socket.setTcpNoDelay(true);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(4 + header.length);
            out.flush();
            out.writeInt(header.length);
            out.flush();
            for (byte b : header) {
                out.write(b);
                out.flush();
            }

            assertThat(socket.getInputStream().read()).isNotNegative();
        }
    }

    @Test
    void closesConnectionsBeyondTheLimit() throws IOException {
        TransportLimits limits = TransportLimits.defaults().withMaxConnections(2);
        try (Broker small = Broker.start(BrokerConfig.builder().limits(limits).build());
                TestClient first = new TestClient(small.port());
                TestClient second = new TestClient(small.port())) {
            assertThat(first.send("t", "x").code()).isZero();
            assertThat(second.send("t", "x").code()).isZero();

            try (Socket third = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
                assertThat(readToEnd(third)).isZero();
            }
            assertThat(first.send("t", "x").code()).isZero();
        }
    }

    @Test
    void closesIdleConnections() throws IOException {
        try (Broker own = startBroker(SHORT, LONG);
                TestClient client = served(own)) {
            await().until(client.closed()::isDone);
        }
    }

    @Test
    void preparesNothingMoreForAClientThatDoesNotReadAndClosesItAfterAWhile() throws Exception {
        TransportLimits limits = TransportLimits.defaults().withTimes(LONG, LONG, LONG, Duration.ofSeconds(1));
        try (Broker own = Broker.start(BrokerConfig.builder().limits(limits).build());
                TestClient other = new TestClient(own.port())) {
            for (int i = 0; i < 8; i++) {
                other.send("large", "x".repeat(128 * 1024));
            }
            try (Socket lazy = new Socket()) {
                lazy.setReceiveBufferSize(4096);
                lazy.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), own.port()));
                byte[] pulls = Frames.of(
                        RequestCode.PULL_MESSAGE,
                        new PullHeader("g", "large", 0, 0, 32, PullHeader.SUBSCRIPTION, 0, 0, 0, "*", "TAG", -1)
                                .encode());
                boolean closed = false;
                long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                lazy.setSoTimeout(100);
                while (!closed && System.nanoTime() < until) {
                    closed = !writeSome(lazy, pulls);
                }

                assertThat(closed).isTrue();
                assertThat(other.send("large", "still served").code()).isZero();
            }
        }
    }

    @Test
    void speaksTlsAndPlainTextOnOnePort(@TempDir Path directory) throws Exception {
        TlsConfig tls = new TlsConfig(TlsConfig.Mode.PERMISSIVE, null, null, null, directory);
        try (Broker secure = Broker.start(BrokerConfig.builder().tls(tls).build());
                TestClient plain = new TestClient(secure.port());
                TestClient encrypted =
                        new TestClient(trustAll().createSocket("127.0.0.1", secure.port()), HeaderFormat.JSON, 479)) {
            plain.send("both", "plain");
            encrypted.send("both", "encrypted");

            assertThat(TestClient.bodies(encrypted.pullAll("g", "both", 0, 0, 0)))
                    .containsExactly("plain", "encrypted");
        }
        TlsConfig only = new TlsConfig(TlsConfig.Mode.ENFORCING, null, null, null, directory);
        try (Broker strict = Broker.start(BrokerConfig.builder().tls(only).build());
                TestClient encrypted =
                        new TestClient(trustAll().createSocket("127.0.0.1", strict.port()), HeaderFormat.JSON, 479);
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), strict.port())) {
            plain.getOutputStream().write(Frames.of(RequestCode.GET_BROKER_CLUSTER_INFO, Fields.empty()));

            assertThat(readToEnd(plain)).isZero();
            assertThat(encrypted.send("t", "x").code()).isZero();
        }
    }

    @Test
    void takesTheLongestFrameThatGenuinePeersTake() throws IOException {
        try (Broker large = Broker.start(
                        BrokerConfig.builder().maxMessageBytes(15 * 1024 * 1024).build());
                TestClient client = new TestClient(large.port())) {
            assertThat(client.send("t", "x".repeat(15 * 1024 * 1024)).code()).isZero();
            assertThat(FrameDecoder.MAX_FRAME_BYTES).isEqualTo(16 * 1024 * 1024);
        }
    }

    /** A connection that has been used; one that a broker closes because this thread was slow is made anew. */
    private static TestClient served(Broker broker) {
        return await().ignoreExceptions()
                .until(
                        () -> {
                            TestClient client = new TestClient(broker.port());
                            CompletableFuture<Command> answer = client.startSend("served", 0, "before", Map.of());
                            CompletableFuture.anyOf(answer, client.closed()).join();
                            if (answer.isDone()) {
                                assertThat(answer.join().code()).isZero();
                                return client;
                            }
                            client.close();
                            return null;
                        },
                        Objects::nonNull);
    }

    private static boolean writeSome(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (SocketException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns how many bytes came before the server closed the connection. */
    private static int readToEnd(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        InputStream in = socket.getInputStream();
        int count = 0;
        try {
            while (in.read() >= 0) {
                count++;
            }
        } catch (SocketException e) {
            // Closed with unread bytes on the other side, which is a reset.
            return count;
        }
        return count;
    }

    private static SSLSocketFactory trustAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingManager()}, new SecureRandom());
        return context.getSocketFactory();
    }

    private static final class TrustingManager implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
