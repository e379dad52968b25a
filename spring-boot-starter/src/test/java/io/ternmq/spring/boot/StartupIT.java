package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.SendResult;
import io.ternmq.client.StartPolicy;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.ProducerBean;
import io.ternmq.spring.core.Subscription;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Applications that start while their broker is away. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class StartupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = LoopbackPorts.find();
    private final EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.port(port));
    private ApplicationContextRunner runner;

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "shop", consumeFrom = "earliest")
        void listen(String text) {
            received.add(text);
        }
    }

    /** Sends as soon as it has what it needs for it. */
    static class Early {

        @Autowired
        @Nullable
        MessageTemplate messages;

        @Nullable
        SendResult sent;

        @PostConstruct
        void send() {
            sent = Objects.requireNonNull(messages).convertAndSend("orders", "early");
        }
    }

    @BeforeEach
    void configure() {
        runner = sendersOnly().withBean(Shop.class);
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    @Test
    void startsWithoutTheBrokerAndWorksWhenItIsThere() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            MessageTemplate messages = context.getBean(MessageTemplate.class);
            assertThatThrownBy(() -> messages.convertAndSend("orders", "too early"))
                    .isInstanceOf(MQClientException.class);

            broker.start();

            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(MQClientException.class)
                    .until(() -> messages.convertAndSend("orders", "in time") != null);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Shop.class).received).contains("in time"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OnsBeans {

        final List<String> received = new CopyOnWriteArrayList<>();

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ProducerBean sender(@Value("${beans.policy:}") String policy) {
            ProducerBean producer = new ProducerBean();
            producer.setProperties(properties("beans-producer", policy));
            return producer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ConsumerBean receiver(@Value("${beans.policy:}") String policy) {
            ConsumerBean consumer = new ConsumerBean();
            consumer.setProperties(properties("beans-consumer", policy));
            consumer.setSubscriptionTable(Map.of(new Subscription("beans", "*"), (message, context) -> {
                received.add(new String(message.getBody(), StandardCharsets.UTF_8));
                return Action.CommitMessage;
            }));
            return consumer;
        }

        private static Properties properties(String group, String policy) {
            Properties properties = new Properties();
            properties.setProperty(PropertyKeyConst.GROUP_ID, group);
            if (!policy.isEmpty()) {
                properties.setProperty(PropertyKeyConst.StartPolicy, policy);
            }
            return properties;
        }
    }

    @Test
    void beansOfTheOnsDocumentationFollowThePolicy() {
        runner.withUserConfiguration(OnsBeans.class).run(context -> {
            assertThat(context).hasNotFailed();

            broker.start();

            Message message = new Message("beans", "", "late".getBytes(StandardCharsets.UTF_8));
            ProducerBean producer = context.getBean(ProducerBean.class);
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(MQClientException.class)
                    .until(() -> producer.send(message) != null);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(OnsBeans.class).received).contains("late"));
        });
    }

    @Test
    void beansMayHaveAPolicyOfTheirOwn() {
        runner.withUserConfiguration(OnsBeans.class)
                .withPropertyValues("beans.policy=fail")
                .run(context ->
                        assertThat(context).getFailure().rootCause().isInstanceOf(java.net.ConnectException.class));
    }

    @Test
    void closesWhileTheBrokerIsStillAway() {
        long[] began = new long[1];
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            began[0] = System.nanoTime();
        });

        assertThat(Duration.ofNanos(System.nanoTime() - began[0])).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void doesNotWaitForABrokerThatIsSilent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long began = System.nanoTime();
            runner.withPropertyValues(
                            "ternmq.name-server=127.0.0.1:" + silent.getLocalPort(), "ternmq.request-timeout=30s")
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
                    });
        }
    }

    @Test
    void waitsForTheBrokerIfToldSo() {
        CompletableFuture<Void> broughtUp = CompletableFuture.runAsync(
                () -> {
                    try {
                        broker.start();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));

        runner.withPropertyValues("ternmq.startup.policy=wait").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(broughtUp).isDone();
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
            broker.group("shop").awaitConsumed();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWhenItIsClosedWhileItWaits(boolean isSilent) throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TestPropertyValues.of(
                            "ternmq.name-server=127.0.0.1:" + (isSilent ? silent.getLocalPort() : port),
                            "ternmq.request-timeout=10m",
                            "ternmq.startup.policy=wait",
                            "ternmq.startup.timeout=10m")
                    .applyTo(context);
            context.register(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class, Shop.class);
            CompletableFuture<Void> starting = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            context.refresh();
                            starting.complete(null);
                        } catch (RuntimeException e) {
                            starting.completeExceptionally(e);
                        }
                    })
                    .start();
            await().atMost(PATIENCE).until(context::isActive);

            context.close();

            assertThat(starting)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(InterruptedException.class);
            assertThat(context.isActive()).isFalse();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("ternmq-client") || name.startsWith("ternmq-start")));
        }
    }

    /** In a process of its own. */
    static final class Waiting {

        private Waiting() {}

        public static void main(String[] args) {
            new SpringApplicationBuilder(TernMQAutoConfiguration.class)
                    .web(WebApplicationType.NONE)
                    .run(args);
        }
    }

    @Test
    void endsWithItsProcessWhileItWaits() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout((int) PATIENCE.multipliedBy(2).toMillis());
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dspring.devtools.restart.enabled=false",
                            Waiting.class.getName(),
                            "--spring.docker.compose.enabled=false",
                            "--ternmq.name-server=127.0.0.1:" + silent.getLocalPort(),
                            "--ternmq.request-timeout=10m",
                            "--ternmq.startup.policy=wait",
                            "--ternmq.startup.timeout=10m")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Socket client = silent.accept()) {
                assertThat(client.getInputStream().read()).isGreaterThanOrEqualTo(0);

                process.destroy();

                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void failsWhenItHasWaitedInVain() {
        runner.withPropertyValues("ternmq.startup.policy=wait", "ternmq.startup.timeout=300ms")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .hasStackTraceContaining("nameServers=127.0.0.1:" + port));
    }

    @Test
    void failsAtOnceIfToldSo() {
        runner.withPropertyValues("ternmq.startup.policy=fail")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void failsInBoundedTimeWhenTheNameServerIsSilentAndItIsToldToFail() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            runner.withPropertyValues(
                            "ternmq.name-server=127.0.0.1:" + silent.getLocalPort(),
                            "ternmq.startup.policy=fail",
                            "ternmq.request-timeout=300ms")
                    .run(context -> assertThat(context).hasFailed());
        }
    }

    @Test
    void failsAtOnceWhenSomebodyElseIsAtThePort() throws IOException {
        CompletableFuture<Void> serving;
        try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serving = CompletableFuture.runAsync(() -> answerAsAWebServer(web));
            runner.withPropertyValues("ternmq.name-server=127.0.0.1:" + web.getLocalPort())
                    .run(context -> assertThat(context).hasFailed().getFailure().hasStackTraceContaining("frame"));
        }
        assertThat(serving).succeedsWithin(PATIENCE);
    }

    @Test
    void startsTheProducerOfATemplateBesideTheApplication() throws IOException {
        broker.start();
        sendersOnly().run(context -> {
            assertThat(context).hasNotFailed();
            await().atMost(PATIENCE).until(() -> context.getBeanFactory().containsSingleton(ProducerStarter.PRODUCER));
            assertThat(context.getBean(Producer.class).isStarted()).isTrue();
            assertThat(context.getBean(MessageTemplate.class).convertAndSend("orders", "A1"))
                    .isNotNull();
        });
    }

    @Test
    void startsTheProducerWithTheFirstSendIfThatComesEarlier() throws IOException {
        broker.start();
        sendersOnly()
                .withUserConfiguration(Early.class)
                .run(context -> assertThat(context.getBean(Early.class).sent).isNotNull());
    }

    @Test
    void refusesToStartWithoutAProducerIfToldToFail() {
        sendersOnly()
                .withPropertyValues("ternmq.startup.policy=fail")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void insistsOnTheClusterIfACustomizerOfTheClientDoes() {
        sendersOnly()
                .withBean(ClientConfigCustomizer.class, () -> (cluster, client) -> client.startPolicy(StartPolicy.FAIL))
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void saysInTheLogAndToEachSenderThatSomebodyElseIsAtThePort(CapturedOutput output) throws IOException {
        CompletableFuture<Void> serving;
        try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serving = CompletableFuture.runAsync(() -> answerAsAWebServer(web));
            sendersOnly()
                    .withPropertyValues(
                            "ternmq.name-server=127.0.0.1:" + web.getLocalPort(), "ternmq.producer.send-timeout=500ms")
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        MessageTemplate messages = context.getBean(MessageTemplate.class);
                        assertThatThrownBy(() -> messages.convertAndSend("orders", "A1"))
                                .isInstanceOf(MQClientException.class)
                                .hasMessageContaining("nameServers=[127.0.0.1:" + web.getLocalPort() + "]");
                        assertThat(messages.sendAsync("orders", "A1"))
                                .failsWithin(PATIENCE)
                                .withThrowableOfType(ExecutionException.class)
                                .withCauseInstanceOf(MQClientException.class);
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(output)
                                        .contains("each send will try again. An HTTP server answers at 127.0.0.1:"
                                                + web.getLocalPort()));
                    });
        }
        assertThat(serving).succeedsWithin(PATIENCE);
    }

    @Test
    void leavesNoThreadWhenItClosesWhileAProducerIsStarting() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            sendersOnly()
                    .withPropertyValues("ternmq.name-server=127.0.0.1:" + silent.getLocalPort())
                    .run(context -> assertThat(context).hasNotFailed());
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("ternmq-start");
        }
    }

    /** An application without listeners: nothing of it needs the cluster before it sends. */
    private ApplicationContextRunner sendersOnly() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
                .withPropertyValues("ternmq.name-server=127.0.0.1:" + port, "ternmq.request-timeout=2s");
    }

    private static void answerAsAWebServer(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket client = web.accept()) {
                assertThat(client.getInputStream().read()).isGreaterThanOrEqualTo(0);
                client.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }
}
