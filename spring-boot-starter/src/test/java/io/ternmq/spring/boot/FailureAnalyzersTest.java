package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Producer;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.MessageMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a user reads when the context does not start: each failure is that of a context that was started. */
class FailureAnalyzersTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    static class FirstShop {

        @MessageListener(topics = "orders", tags = "create", group = "shop")
        void pay(String text) {}
    }

    static class SecondShop {

        @MessageListener(topics = "orders", tags = "pay", group = "shop")
        void ship(String text) {}
    }

    static class TwoPayloads {

        @MessageListener(topics = "orders", group = "shop")
        void listen(String text, Integer number) {}
    }

    static class WithoutGroup {

        @MessageListener(topics = "orders")
        void listen(String text) {}
    }

    @Test
    void tellsHowToGetBroker() {
        FailureAnalysis analysis = analyze(runner.withClassLoader(new FilteredClassLoader("io.ternmq.broker")));

        assertThat(analysis.getDescription()).contains("ternmq.name-server is not set", "not on the class path");
        assertThat(analysis.getAction())
                .contains("set ternmq.name-server", "add io.ternmq:ternmq-broker-server to the class path");
    }

    @Test
    void tellsThatEmbeddedBrokerIsDisabled() {
        FailureAnalysis analysis = analyze(runner.withPropertyValues("ternmq.embedded.enabled=false"));

        assertThat(analysis.getAction()).contains("remove ternmq.embedded.enabled=false");
    }

    @Test
    @Timeout(90)
    void tellsWhichNameServerDoesNotAnswer() throws IOException {
        int port = closedPort();

        FailureAnalysis analysis = analyze(
                runner.withPropertyValues("ternmq.name-server=127.0.0.1:" + port, "ternmq.startup.policy=fail"));

        assertThat(analysis.getDescription()).contains("producer ternmq-producer", "127.0.0.1:" + port);
        assertThat(analysis.getAction())
                .contains("start the broker at 127.0.0.1:" + port, "correct ternmq.name-server=127.0.0.1:" + port);
    }

    @Test
    @Timeout(90)
    void tellsThatTheAddressIsThatOfHttpServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.start();
        try {
            int port = server.getAddress().getPort();
            FailureAnalysis analysis = analyze(runner.withPropertyValues(
                    "ternmq.name-server=127.0.0.1:" + port, "ternmq.request-timeout=2s", "ternmq.startup.policy=fail"));

            assertThat(analysis.getAction()).contains("An HTTP server answers at 127.0.0.1:" + port, "by default 9876");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void looksForNoRemedyWhereTheStartWasEnded() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MQClientException ended = new MQClientException("interrupted", new InterruptedException());

            FailureAnalysis analysis = new ClientStartFailureAnalyzer()
                    .analyze(new ClientStartException(
                            "listener shop", List.of("127.0.0.1:" + server.getLocalPort()), ended));

            assertThat(analysis).isNull();
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Sends while the context starts. */
    static final class EarlySender {

        EarlySender(MessageTemplate template, Object payload) {
            template.convertAndSend("orders", payload);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SendsText {

        @Bean
        EarlySender sender(MessageTemplate template) {
            return new EarlySender(template, "text");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SendsWhatCannotBeSent {

        @Bean
        MessageMapper mapper() {
            return new MessageMapper();
        }

        @Bean
        EarlySender sender(MessageTemplate template) {
            return new EarlySender(template, new Unwritable());
        }
    }

    static final class Unwritable {}

    @Test
    void tellsHowToGetTopicThatIsMissing() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(SendsText.class)
                .withPropertyValues("ternmq.embedded.auto-create-topics=false"));

        assertThat(analysis.getDescription()).contains("orders");
        assertThat(analysis.getAction()).contains("Create the topic", "TopicSpec", "ternmq.provisioning.mode=create");
    }

    @Test
    void namesTypeOfPayloadThatCannotBeConverted() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(SendsWhatCannotBeSent.class));

        assertThat(analysis.getDescription()).contains(Unwritable.class.getName());
        assertThat(analysis.getAction()).contains("MessageConverter");
    }

    @Test
    @Timeout(90)
    void tellsWhatToCheckWhenCredentialsAreRefused() throws IOException {
        CompletableFuture<Void> serving;
        FailureAnalysis analysis;
        try (ServerSocket guarded = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serving = CompletableFuture.runAsync(() -> refuseEverything(guarded));
            analysis = analyze(runner.withPropertyValues(
                    "ternmq.name-server=127.0.0.1:" + guarded.getLocalPort(),
                    "ternmq.access-key=me",
                    "ternmq.secret-key=guessed",
                    "ternmq.request-timeout=30s",
                    "ternmq.startup.policy=fail"));
        }

        assertThat(analysis.getDescription()).contains("producer ternmq-producer", "accessKey=me");
        assertThat(analysis.getAction()).contains("ternmq.access-key", "ternmq.secret-key");
        assertThat(serving).succeedsWithin(Duration.ofSeconds(60));
    }

    /** Answers each request as a server does that does not accept its signature. */
    private static void refuseEverything(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                while (true) {
                    byte[] frame = in.readNBytes(in.readInt());
                    // Behind the header's length: code, language and version, five bytes, and what tells requests
                    // apart.
                    int opaque = ByteBuffer.wrap(frame).getInt(4 + 5);
                    byte[] header = ("{\"code\":16,\"language\":\"JAVA\",\"version\":0,\"flag\":1,\"opaque\":" + opaque
                                    + ",\"remark\":\"no permission: accessKey=me\"}")
                            .getBytes(StandardCharsets.UTF_8);
                    out.writeInt(4 + header.length);
                    out.writeInt(header.length);
                    out.write(header);
                    out.flush();
                }
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    @Test
    void tellsThatGroupIsInUseInThisApplicationWithoutSendingAnybodyToTheNetwork() {
        ApplicationContextRunner application = runner.withConfiguration(
                        AutoConfigurations.of(TernMQClustersAutoConfiguration.class))
                .withPropertyValues("ternmq.request-timeout=15s");

        application.run(first -> {
            assertThat(first.getBean(Producer.class).isStarted()).isTrue();
            String address = first.getBean(TernMQConnectionDetails.class)
                    .getNameServers()
                    .get(0);
            FailureAnalysis analysis = analyze(application.withPropertyValues(
                    "ternmq.name-server=" + address,
                    "ternmq.clusters.again.name-server=" + address,
                    "ternmq.startup.policy=fail"));

            assertThat(analysis.getDescription()).contains("group=ternmq-producer", "choose another group");
            assertThat(analysis.getAction()).isNull();
        });
    }

    @Test
    void namesBothListenersOfOneGroup() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(FirstShop.class, SecondShop.class));

        assertThat(analysis.getDescription())
                .startsWith("Two listeners have the same group and subscribe differently: group=shop")
                .contains("FirstShop.pay", "SecondShop.ship", "orders:create", "orders:pay");
        assertThat(analysis.getAction()).contains("give each listener its own group");
    }

    @Test
    void namesMethodThatCannotBeListener() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(TwoPayloads.class));

        assertThat(analysis.getDescription())
                .contains("2 of its parameters could be the payload", "TwoPayloads.listen(java.lang.String,");
        assertThat(analysis.getAction()).containsIgnoringCase("leave one, and mark the others");
    }

    @Test
    void namesListenerWithoutGroup() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(WithoutGroup.class));

        assertThat(analysis.getDescription()).contains("it has no group", "WithoutGroup.listen");
        assertThat(analysis.getAction()).contains("ternmq.consumer.group");
    }

    @ParameterizedTest
    @CsvSource({
        "ternmq.producer.send-timeout, 0s, a positive duration",
        "ternmq.producer.retries, -1, from 0 to 100",
        "ternmq.producer.max-message-size, 16MB, 15MB",
        "ternmq.consumer.threads, 0, from 1 to 1000",
        "ternmq.consumer.consume-from, yesterday, earliest",
        "ternmq.consumer.max-cached-size, 0B, a positive size",
        "ternmq.listener.shutdown-timeout, 0s, a positive duration",
        "ternmq.listener.max-threads, 0, from 1 to 10000",
        "ternmq.startup.timeout, 0s, a positive duration",
        "ternmq.startup.policy, later, BACKGROUND",
        "ternmq.embedded.port, 70000, from 0 to 65535",
        "ternmq.embedded.max-delay, 0s, a positive duration",
        "ternmq.name-server, broker-a, host:port",
        "ternmq.name-server, 127.0.0.1:99999, host:port",
        "ternmq.clusters.eu.producer.retries, -1, from 0 to 100",
        "ternmq.clusters.eu.request-timeout, 0s, a positive duration",
    })
    void namesPropertyThatCannotBeUsed(String key, String value, String allowed) {
        FailureAnalysis analysis = analyze(runner.withPropertyValues(key + "=" + value));

        assertThat(analysis.getDescription() + analysis.getAction())
                .contains(key)
                .contains(allowed);
    }

    @Test
    void namesSecretThatIsMissingAndItsCluster() {
        FailureAnalysis ours = analyze(runner.withPropertyValues("ternmq.access-key=me"));
        FailureAnalysis others = analyze(runner.withPropertyValues("ternmq.clusters.eu.access-key=me"));

        assertThat(ours.getAction()).isEqualTo("Set ternmq.secret-key to the secret that belongs to access-key=me.");
        assertThat(others.getAction())
                .isEqualTo("Set ternmq.clusters.eu.secret-key to the secret that belongs to access-key=me.");
    }

    @Test
    void namesPropertyThatDoesNotExist() {
        FailureAnalysis analysis = analyze(runner.withPropertyValues("ternmq.consumer.thread=3"));

        assertThat(analysis.getDescription()).contains("ternmq.consumer.thread");
    }

    @Test
    void namesPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FailureAnalysis analysis =
                    analyze(runner.withPropertyValues("ternmq.embedded.port=" + taken.getLocalPort()));

            assertThat(analysis.getDescription()).contains("embedded TernMQ broker could not start");
            assertThat(analysis.getAction()).contains("ternmq.embedded.port=" + taken.getLocalPort());
        }
    }

    @Test
    void namesDirectoryThatIsInUse(@TempDir Path directory) {
        ApplicationContextRunner sameDirectory = runner.withPropertyValues("ternmq.embedded.data-dir=" + directory);

        sameDirectory.run(first -> {
            assertThat(first).hasNotFailed();
            assertThat(analyze(sameDirectory).getAction()).contains("ternmq.embedded.data-dir=" + directory);
        });
    }

    private static FailureAnalysis analyze(ApplicationContextRunner runner) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        runner.run(context -> {
            assertThat(context).hasFailed();
            analysis[0] = FailureAnalyses.of(Objects.requireNonNull(context.getStartupFailure()));
        });
        return analysis[0];
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
