package io.ternmq.spring.boot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.provisioning.Provisioner;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Topics and groups of an application that starts while its cluster is away. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class ProvisioningStartupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = LoopbackPorts.find();
    private final EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.port(port));
    private ApplicationContextRunner runner;

    static class Shop {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "shop", consumeFrom = "earliest")
        void listen(String text) {
            received.add(text);
        }
    }

    @BeforeEach
    void configure() {
        runner = ProvisionedApplication.runner()
                .withPropertyValues("ternmq.name-server=127.0.0.1:" + port, "ternmq.request-timeout=2s");
    }

    @AfterEach
    void stop() {
        broker.stop();
        assertThat(provisioningThreads()).isZero();
    }

    @Test
    void createsThemWhenTheClusterIsThere(CapturedOutput output) {
        runner.withBean(Shop.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(output)
                    .contains("Topics and groups are compared when the cluster is there, which is away; trying every"
                            + " second: cluster=default");

            broker.start();

            try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(admin.topic("orders")).contains(TopicSpec.of("orders", 8)));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(admin.group("shop"))
                                .hasValueSatisfying(
                                        group -> assertThat(group.maxRetries()).isEqualTo(3)));
            }
            assertThat(context.getBean(Provisioner.class).differences()).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(output)
                            .contains("Created: topic orders of cluster default: missing")
                            .contains("The cluster is there, its topics and groups were compared: cluster=default"));
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Shop.class).received).containsExactly("A1"));
            await().atMost(PATIENCE).until(() -> provisioningThreads() == 0);
        });
    }

    @Test
    void closesWhileTheClusterIsStillAway() {
        long[] began = new long[1];
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            await().atMost(PATIENCE).until(() -> provisioningThreads() == 1);
            began[0] = System.nanoTime();
        });

        assertThat(Duration.ofNanos(System.nanoTime() - began[0])).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void doesNotWaitForOneThatIsSilent(CapturedOutput output) throws IOException {
        long began = System.nanoTime();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            runner.withPropertyValues(
                            "ternmq.name-server=127.0.0.1:" + silent.getLocalPort(), "ternmq.request-timeout=60s")
                    .run(context -> assertThat(context).hasNotFailed());
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(output).contains("cluster=default, reason=it does not answer");
    }

    @Test
    void checksWhenTheClusterIsThere(CapturedOutput output) {
        runner.withPropertyValues("ternmq.provisioning.mode=check").run(context -> {
            assertThat(context).hasNotFailed();

            broker.start();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(output)
                            .contains("The application runs, and clusters do not have what the application needs")
                            .contains("topic orders of cluster default: missing"));
            await().atMost(PATIENCE).until(() -> provisioningThreads() == 0);
            assertThat(context.isRunning()).isTrue();
        });
    }

    @Test
    void failsIfToldSo() {
        runner.withPropertyValues("ternmq.startup.policy=fail")
                .run(context -> assertThat(context).hasFailed());
    }

    private static long provisioningThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ternmq-provisioning"))
                .count();
    }
}
