package io.ternmq.spring.boot.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.CallRecord;
import io.ternmq.spring.doctor.CallWatch;
import io.ternmq.spring.doctor.ListenerWatch;
import io.ternmq.test.EmbeddedBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What operators see and do. */
class OperationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker europe = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class,
                    TernMQOperationAutoConfiguration.class))
            .withPropertyValues("ternmq.watch.interval=20ms", "ternmq.request-timeout=15s");

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(id = "pay", topics = "orders", group = "payment", consumeFrom = "earliest")
        void pay(String text) {
            received.add(text);
        }
    }

    static class Blocked {

        final CountDownLatch release = new CountDownLatch(1);

        @MessageListener(id = "slow", topics = "orders", group = "slow", consumeFrom = "earliest")
        void pay(String text) throws InterruptedException {
            assertThat(release.await(60, TimeUnit.SECONDS)).as(text).isTrue();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
    @Import(Shop.class)
    static class Application {}

    @Test
    void isHealthyWhileTheBrokerAnswersAndListenersRun() {
        runner.withBean(Shop.class).run(context -> {
            Health health = ((HealthIndicator) context.getBean(HealthContributor.class)).health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("brokers", 1);
            assertThat(health.getDetails().get("listeners")).asString().contains("pay={group=payment, state=running");
        });
    }

    @Test
    void isHealthyWhenSomebodyHasStoppedListenerAndUnhealthyWhenItCannotStart() {
        runner.withBean(Shop.class).run(context -> {
            HealthIndicator indicator = (HealthIndicator) context.getBean(HealthContributor.class);
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            registry.stop("pay");
            assertState(indicator, Status.UP, "stopped");

            Consumer rival =
                    MQFactory.createConsumer(ConsumerConfig.builder(context.getBean(ClientConfig.class), "payment")
                            .build());
            rival.subscribe("orders", "*", (message, consumeContext) -> Action.CommitMessage);
            rival.start();
            try {
                // Its group is in use in this process.
                assertThatThrownBy(() -> registry.start("pay")).isInstanceOf(ClientStartException.class);
                assertState(indicator, Status.DOWN, "not running");
            } finally {
                rival.shutdown();
            }

            registry.stop("pay");
            assertState(indicator, Status.UP, "stopped");
            registry.start("pay");
            assertState(indicator, Status.UP, "running");
        });
    }

    @Test
    void isHealthyWithListenerThatDoesNotStartByItself() {
        runner.withBean(Shop.class)
                .withPropertyValues("ternmq.listener.auto-startup=false")
                .run(context ->
                        assertState((HealthIndicator) context.getBean(HealthContributor.class), Status.UP, "stopped"));
    }

    private static void assertState(HealthIndicator indicator, Status status, String state) {
        Health health = indicator.health();
        assertThat(health.getStatus()).as(health.toString()).isEqualTo(status);
        assertThat(health.getDetails().get("listeners")).asString().contains("state=" + state);
    }

    @Test
    void isUnhealthyWhenTheBrokerIsAway() throws Exception {
        Broker broker = Broker.start(BrokerConfig.builder().build());
        runner.withPropertyValues("ternmq.name-server=" + broker.address(), "ternmq.request-timeout=5s")
                .run(context -> {
                    HealthIndicator indicator = (HealthIndicator) context.getBean(HealthContributor.class);
                    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);

                    broker.close();

                    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
                    assertThat(indicator.health().getDetails()).containsKeys("nameServers", "error");
                });
    }

    @Test
    void isUnhealthyWhenListenerIsTooFarBehind() {
        Blocked blocked = new Blocked();
        runner.withBean(Blocked.class, () -> blocked)
                .withPropertyValues("ternmq.health.backlog-threshold=2")
                .run(context -> {
                    HealthIndicator indicator = (HealthIndicator) context.getBean(HealthContributor.class);
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.convertAndSend("orders", "A1");
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(indicator.health().getDetails())
                                    .extracting("listeners")
                                    .asString()
                                    .contains("backlog=1"));
                    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);

                    template.convertAndSend("orders", "A2");
                    template.convertAndSend("orders", "A3");

                    await().atMost(PATIENCE)
                            .untilAsserted(() ->
                                    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN));
                    blocked.release.countDown();
                    await().atMost(PATIENCE)
                            .untilAsserted(() ->
                                    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP));
                });
    }

    @Test
    void tellsTheHealthOfEachCluster() {
        runner.withPropertyValues("ternmq.clusters.eu.name-server=" + europe.address())
                .run(context -> {
                    CompositeHealthContributor all =
                            (CompositeHealthContributor) context.getBean(HealthContributor.class);

                    assertThat(all.stream().map(entry -> entry.name())).containsExactly("default", "eu");
                    assertThat(((HealthIndicator) all.getContributor("eu"))
                                    .health()
                                    .getDetails())
                            .containsEntry("nameServers", List.of(europe.address()));
                });
    }

    @Test
    void showsGaugesOfListeners() {
        Blocked blocked = new Blocked();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        runner.withBean(Blocked.class, () -> blocked)
                .withBean(MeterRegistry.class, () -> meters)
                .run(context -> {
                    context.getBean(ListenerMeters.class).bindTo(meters);
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(gauge(meters, "ternmq.listener.backlog"))
                                    .isEqualTo(1));
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(gauge(meters, "ternmq.listener.active"))
                                    .isEqualTo(1));
                    assertThat(gauge(meters, "ternmq.listener.running")).isEqualTo(1);
                    assertThat(gauge(meters, "ternmq.listener.cached")).isEqualTo(1);
                    assertThat(gauge(meters, "ternmq.listener.cached.size")).isPositive();
                    assertThat(gauge(meters, "ternmq.listener.cache.fill")).isBetween(0.0, 0.1);
                    assertThat(gauge(meters, "ternmq.listener.queues")).isPositive();
                    blocked.release.countDown();
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(gauge(meters, "ternmq.listener.backlog"))
                                    .isZero());
                });
    }

    @MessageListener(
            id = "desk",
            topics = "desk",
            group = "desk",
            tags = "*",
            consumeFrom = "earliest",
            retry = @Retry(delays = "10ms", times = "2"))
    static class Desk {

        @TagHandler("create")
        void create(String text) {}

        @TagHandler("cancel")
        void cancel(String text) {
            throw new IllegalStateException("cannot be cancelled");
        }
    }

    @Test
    void countsWhatBecomesOfMessages() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        runner.withBean(Desk.class).withBean(MeterRegistry.class, () -> meters).run(context -> {
            context.getBean(ListenerMeters.class).bindTo(meters);
            CallWatch calls = context.getBean(CallWatch.class);
            MessageTemplate template = context.getBean(MessageTemplate.class);
            assertThat(messages(meters, "dead-letter")).isZero();

            template.convertAndSend("desk:nobody", "A0");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(messages(meters, "dead-letter")).isEqualTo(1));
            assertThat(calls.record("desk").lastError()).contains("NoHandlerException", "nobody");
            template.convertAndSend("desk:create", "A1");
            template.convertAndSend("desk:cancel", "A2");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(
                                    messages(meters, "done"),
                                    messages(meters, "retry"),
                                    messages(meters, "dead-letter")))
                            .containsExactly(1.0, 2.0, 2.0));
            assertThat(calls.record("desk"))
                    .extracting(CallRecord::completed, CallRecord::failed)
                    .containsExactly(5L, 4L);
        });
    }

    private static double messages(MeterRegistry meters, String outcome) {
        return meters.get("ternmq.listener.messages")
                .tag("listener", "desk")
                .tag("group", "desk")
                .tag("cluster", "default")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    private static double gauge(MeterRegistry meters, String name) {
        return meters.get(name)
                .tag("listener", "slow")
                .tag("group", "slow")
                .tag("cluster", "default")
                .gauge()
                .value();
    }

    @Test
    void tellsClustersAndGroups() {
        runner.withBean(Shop.class).run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);

            assertThat(info.build().getDetails().get("ternmq"))
                    .asString()
                    .contains("default={", "groups=[payment]", "nameServers=[127.0.0.1:");
        });
    }

    @Test
    void needsNeitherActuatorNorMicrometer() {
        runner.withBean(Shop.class)
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.boot.actuate", "org.springframework.boot.health", "io.micrometer.core"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ListenerWatch.class)
                        .doesNotHaveBean(TernMQEndpoint.class));
    }

    @Test
    void doesWithoutWhatIsSwitchedOff() {
        runner.withPropertyValues("ternmq.watch.enabled=false", "management.health.ternmq.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(ListenerWatch.class)
                        .doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void letsOperatorsLookAndActByHttp() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplication(Application.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--management.endpoints.web.exposure.include=health,info,ternmq",
                        "--management.endpoint.health.show-details=always")) {
            String base = "http://127.0.0.1:"
                    + ((WebServerApplicationContext) context).getWebServer().getPort() + "/actuator/";
            Shop shop = context.getBean(Shop.class);
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
            await().atMost(PATIENCE).until(() -> shop.received.contains("A1"));

            JsonNode listener = json(get(base + "ternmq")).at("/listeners/0");
            assertThat(listener.at("/id").asString()).isEqualTo("pay");
            assertThat(listener.at("/running").asBoolean()).isTrue();
            assertThat(listener.at("/queues/0/topic").asString()).isNotEmpty();
            assertThat(json(get(base + "health"))
                            .at("/components/ternMQ/status")
                            .asString())
                    .isEqualTo("UP");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(json(get(base + "ternmq/pay"))
                                    .at("/diagnosis/findings/0/cause")
                                    .asString())
                            .isEqualTo("AT_END"));

            assertThat(json(post(base + "ternmq/pay", "{\"action\":\"pause\"}"))
                            .at("/paused")
                            .asBoolean())
                    .isTrue();
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A2");
            assertThat(json(get(base + "ternmq/pay"))
                            .at("/diagnosis/findings/0/cause")
                            .asString())
                    .isEqualTo("PAUSED");
            assertThat(shop.received).containsExactly("A1");
            post(base + "ternmq/pay", "{\"action\":\"resume\"}");
            await().atMost(PATIENCE).until(() -> shop.received.contains("A2"));

            assertThat(json(post(base + "ternmq/pay", "{\"action\":\"stop\"}"))
                            .at("/running")
                            .asBoolean(true))
                    .isFalse();
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A3");
            assertThat(json(get(base + "ternmq/pay"))
                            .at("/diagnosis/findings/0/cause")
                            .asString())
                    .isEqualTo("NOT_RUNNING");
            assertThat(shop.received).containsExactly("A1", "A2");
            assertThat(json(post(base + "ternmq/pay", "{\"action\":\"start\"}"))
                            .at("/running")
                            .asBoolean())
                    .isTrue();
            await().atMost(PATIENCE).until(() -> shop.received.contains("A3"));
        }
    }

    @Test
    void tellsOperatorsByHttpWhatTheyMayAsk() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplication(Application.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--management.endpoints.web.exposure.include=ternmq")) {
            String base = "http://127.0.0.1:"
                    + ((WebServerApplicationContext) context).getWebServer().getPort() + "/actuator/ternmq/";

            assertThat(refusal(400, post(base + "pay", "{\"action\":\"dance\"}")))
                    .isEqualTo("{\"actions\":[\"pause\",\"resume\",\"start\",\"stop\"],"
                            + "\"error\":\"there is no such action: action=dance\"}");
            assertThat(refusal(400, post(base + "pay", "{}"))).contains("\"actions\":[\"pause\",");
            assertThat(refusal(404, post(base + "nobody", "{\"action\":\"stop\"}")))
                    .isEqualTo("{\"error\":\"there is no such listener: id=nobody\",\"listeners\":[\"pay\"]}");
            assertThat(get(base + "nobody").statusCode()).isEqualTo(404);
            assertThat(context.getBean(ListenerRegistry.class)
                            .container("pay")
                            .orElseThrow()
                            .isRunning())
                    .isTrue();
        }
    }

    @Test
    void tellsOperatorsByHttpThatTheClusterCannotBeReached() throws Exception {
        Broker broker = Broker.start(BrokerConfig.builder().build());
        try (ConfigurableApplicationContext context = new SpringApplication(Application.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--ternmq.name-server=" + broker.address(),
                        "--ternmq.startup.policy=fail",
                        "--ternmq.request-timeout=2s",
                        "--ternmq.listener.auto-startup=false",
                        "--management.endpoints.web.exposure.include=ternmq")) {
            String pay = "http://127.0.0.1:"
                    + ((WebServerApplicationContext) context).getWebServer().getPort() + "/actuator/ternmq/pay";
            broker.close();

            assertThat(refusal(503, post(pay, "{\"action\":\"start\"}")))
                    .contains("listener pay could not start: nameServers=[" + broker.address());
        } finally {
            broker.close();
        }
    }

    /** The body, its fields in alphabetical order. */
    private static String refusal(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonMapper mapper = JsonMapper.builder()
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        return mapper.writeValueAsString(mapper.readValue(response.body(), Map.class));
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private static HttpResponse<String> get(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String uri, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
