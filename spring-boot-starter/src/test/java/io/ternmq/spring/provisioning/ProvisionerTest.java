package io.ternmq.spring.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPolicy;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.Clusters;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start policy means for topics and groups, where no other client waits first. */
@Timeout(60)
class ProvisionerTest {

    private final int port = LoopbackPorts.find();
    private final EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.port(port));

    @AfterEach
    void stop() {
        broker.stop();
    }

    @Test
    void waitsForTheCluster() {
        CompletableFuture<Void> broughtUp = CompletableFuture.runAsync(
                () -> {
                    try {
                        broker.start();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));

        try (Clusters clusters = clusters(StartPolicy.WAIT, Duration.ofSeconds(30))) {
            Provisioner provisioner = provisioner(clusters);
            provisioner.start();

            assertThat(broughtUp).succeedsWithin(Duration.ofSeconds(30));
            assertThat(clusters.admin(Clusters.DEFAULT).topic("orders")).isPresent();
            assertThat(provisioner.isRunning()).isTrue();
        }
    }

    @Test
    void failsWhenItHasWaitedInVain() {
        try (Clusters clusters = clusters(StartPolicy.WAIT, Duration.ofMillis(300))) {
            Provisioner provisioner = provisioner(clusters);

            long began = System.nanoTime();
            assertThatExceptionOfType(ClientStartException.class)
                    .isThrownBy(provisioner::start)
                    .withMessageContaining("provisioning of cluster default")
                    .withMessageContaining("127.0.0.1:" + port);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(provisioner.isRunning()).isFalse();
        }
    }

    @Test
    void maySpringInterruptItWhileItWaits() throws Exception {
        try (Clusters clusters = clusters(StartPolicy.WAIT, Duration.ofMinutes(10))) {
            FutureTask<Void> start = new FutureTask<>(provisioner(clusters)::start, null);
            Thread thread = new Thread(start);
            thread.start();
            // Spring interrupts no thread that waits with a time-out.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> provisioningThreads() == 1 && thread.getState() == Thread.State.WAITING);

            thread.interrupt();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> start.get(30, TimeUnit.SECONDS))
                    .withCauseInstanceOf(MQClientException.class)
                    .withMessageContaining("interrupted while the cluster was waited for: cluster=default");
            await().atMost(Duration.ofSeconds(30)).until(() -> provisioningThreads() == 0);
        }
    }

    private static long provisioningThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ternmq-provisioning-default"))
                .count();
    }

    @Test
    void failsAtOnce() {
        try (Clusters clusters = clusters(StartPolicy.FAIL, Duration.ofMinutes(10))) {
            assertThatExceptionOfType(ClientStartException.class).isThrownBy(provisioner(clusters)::start);
        }
    }

    @Test
    void comesAgainAfterItWasStopped() throws IOException {
        try (Clusters clusters = clusters(StartPolicy.BACKGROUND, Duration.ofMinutes(1))) {
            Provisioner provisioner = provisioner(clusters);
            try {
                provisioner.start();
                provisioner.stop();
                broker.start();

                provisioner.start();

                // A client does not try again at once where it was refused just now.
                await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptionsInstanceOf(MQClientException.class)
                        .until(() ->
                                clusters.admin(Clusters.DEFAULT).topic("orders").isPresent());
            } finally {
                provisioner.stop();
            }
        }
    }

    @Test
    void clusterThatIsSilentDoesNotKeepOthersWaiting() throws IOException {
        broker.start();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Clusters clusters = new Clusters(Map.of(
                        "silent",
                        client("127.0.0.1:" + silent.getLocalPort(), Duration.ofMinutes(1)),
                        Clusters.DEFAULT,
                        client(broker.address(), Duration.ofSeconds(5))))) {
            Provisioner provisioner = new Provisioner(
                    clusters,
                    () -> List.of(wanted("silent"), wanted(Clusters.DEFAULT)),
                    ProvisioningMode.CREATE,
                    false);
            try {
                provisioner.start();

                assertThat(clusters.admin(Clusters.DEFAULT).topic("orders")).isPresent();
            } finally {
                provisioner.stop();
            }
        }
    }

    @Test
    void groupThatListenersMadeDuringSlowFirstAttemptGetsItsSettings() throws IOException {
        broker.start();
        GroupSpec wanted = new GroupSpec("shop", true, true, false, 3, 1);
        try (HeldConnections held = new HeldConnections(port);
                Clusters clusters = new Clusters(Map.of(
                        Clusters.DEFAULT,
                        client("127.0.0.1:" + held.port(), Duration.ofMinutes(1)),
                        "beside",
                        client(broker.address(), Duration.ofSeconds(5))))) {
            Provisioner provisioner = new Provisioner(
                    clusters,
                    () -> List.of(new Wanted(Clusters.DEFAULT, List.of(), List.of(wanted))),
                    ProvisioningMode.CREATE,
                    false);
            try {
                provisioner.start();
                clusters.admin("beside").createGroup(GroupSpec.of("shop"));
                held.letGo();

                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(clusters.admin("beside").group("shop"))
                                .contains(wanted));
            } finally {
                provisioner.stop();
            }
        }
    }

    /** Accepts connections for a server, and passes nothing on before it is told to. */
    private static final class HeldConnections implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int target;
        private final CountDownLatch free = new CountDownLatch(1);
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        HeldConnections(int target) throws IOException {
            this.target = target;
            begin(() -> {
                while (true) {
                    Socket near = server.accept();
                    sockets.add(near);
                    begin(() -> connect(near));
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        void letGo() {
            free.countDown();
        }

        private void connect(Socket near) throws IOException, InterruptedException {
            free.await();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(far);
            begin(() -> far.getInputStream().transferTo(near.getOutputStream()));
            near.getInputStream().transferTo(far.getOutputStream());
        }

        @FunctionalInterface
        private interface Work {

            void run() throws IOException, InterruptedException;
        }

        private static void begin(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException | InterruptedException e) {
                    // Closed, by one side or the test.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            letGo();
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static ClientConfig client(String address, Duration requestTimeout) {
        return ClientConfig.builder(address)
                .requestTimeout(requestTimeout)
                .startPolicy(StartPolicy.BACKGROUND)
                .build();
    }

    private static Wanted wanted(String cluster) {
        return new Wanted(cluster, List.of(TopicSpec.of("orders", 8)), List.of());
    }

    private Clusters clusters(StartPolicy policy, Duration timeout) {
        ClientConfig client = ClientConfig.builder("127.0.0.1:" + port)
                .requestTimeout(Duration.ofSeconds(5))
                .startPolicy(policy)
                .startTimeout(timeout)
                .build();
        return new Clusters(Map.of(Clusters.DEFAULT, client));
    }

    private static Provisioner provisioner(Clusters clusters) {
        return new Provisioner(clusters, () -> List.of(wanted(Clusters.DEFAULT)), ProvisioningMode.CREATE, false);
    }
}
