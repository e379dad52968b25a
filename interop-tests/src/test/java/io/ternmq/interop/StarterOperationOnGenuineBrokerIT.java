package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.ternmq.client.Message;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.observation.LoggingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What operators see and do by HTTP, of an application on a genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterOperationOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final HttpClient http = HttpClient.newHttpClient();
    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private ConfigurableApplicationContext application;
    private MessageTemplate template;
    private String base;

    StarterOperationOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("operation");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Payment.class, Slow.class, Shop.class, Traced.class})
    static class Application {

        @Bean
        io.opentelemetry.api.trace.Tracer openTelemetryTracer() {
            return SdkTracerProvider.builder().build().get("test");
        }

        @Bean
        Tracer tracer(io.opentelemetry.api.trace.Tracer tracer) {
            return new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {});
        }

        @Bean
        Propagator propagator(io.opentelemetry.api.trace.Tracer tracer) {
            return new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), tracer);
        }
    }

    static class Payment {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(id = "pay", topics = "${t}_orders", group = "${t}_payment")
        void pay(String text) {
            received.add(text);
        }
    }

    static class Slow {

        final CountDownLatch release = new CountDownLatch(1);

        @MessageListener(id = "slow", topics = "${t}_slow", group = "${t}_slow")
        void take(String text) throws InterruptedException {
            assertThat(release.await(60, TimeUnit.SECONDS)).as(text).isTrue();
        }
    }

    @RestController
    static class Shop {

        private final MessageTemplate template;
        private final String topic;

        Shop(MessageTemplate template, @Value("${t}_traced") String topic) {
            this.template = template;
            this.topic = topic;
        }

        @PostMapping("/orders")
        void order() {
            template.destination(topic).key("A1").send("an order");
        }
    }

    record Seen(
            String traceId,
            @Nullable String parent,
            @Nullable String propagated,
            @Nullable String key) {}

    static class Traced {

        final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
        private final Tracer tracer;

        Traced(Tracer tracer) {
            this.tracer = tracer;
        }

        @MessageListener(id = "traced", topics = "${t}_traced", group = "${t}_traced")
        void take(Message message) {
            var context = tracer.currentTraceContext().context();
            seen.add(new Seen(
                    context == null ? "none" : context.traceId(),
                    context == null ? null : context.parentId(),
                    message.getUserProperties("traceparent"),
                    MDC.get(LoggingContext.KEY)));
        }
    }

    @BeforeAll
    void start() {
        Applications.createTopics(lab, broker, 2, t, "_orders", "_slow", "_traced");
        application = Applications.startWithWeb(
                lab,
                broker,
                Application.class,
                "t=" + t,
                "ternmq.watch.interval=100ms",
                "ternmq.health.backlog-threshold=2",
                "management.endpoints.web.exposure.include=health,info,metrics,ternmq",
                "management.endpoint.health.show-details=always",
                "management.tracing.sampling.probability=1");
        template = application.getBean(MessageTemplate.class);
        base = "http://127.0.0.1:"
                + ((WebServerApplicationContext) application).getWebServer().getPort();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void endpointShowsExaminesPausesAndResumes() throws Exception {
        Queue<String> received = application.getBean(Payment.class).received;
        template.convertAndSend(t + "_orders", "A1");
        await().atMost(PATIENCE).until(() -> received.contains("A1"));
        awaitText("/ternmq/pay", "/diagnosis/findings/0/cause", "AT_END");
        assertThat(get("/ternmq").at("/listeners").toString()).contains(t + "_orders", "\"pay\"", "\"slow\"");

        assertThat(post("/actuator/ternmq/pay", "{\"action\":\"pause\"}").statusCode())
                .isEqualTo(200);
        template.convertAndSend(t + "_orders", "A2");
        awaitText("/ternmq/pay", "/diagnosis/findings/0/cause", "PAUSED");
        assertThat(received).containsExactly("A1");

        assertThat(post("/actuator/ternmq/pay", "{\"action\":\"resume\"}").statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE).until(() -> received.contains("A2"));
    }

    @Test
    void healthAndGaugesTellTheBacklog() throws Exception {
        awaitText("/health", "/components/ternMQ/status", "UP");
        assertThat(get("/health").at("/components/ternMQ/details/brokers").asInt())
                .isEqualTo(1);

        for (int i = 0; i < 3; i++) {
            template.convertAndSend(t + "_slow", "A" + i);
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gauge("backlog")).isEqualTo(3));
        awaitText("/health", "/components/ternMQ/status", "DOWN");
        assertThat(gauge("running")).isEqualTo(1);
        assertThat(gauge("queues")).isGreaterThanOrEqualTo(2);
        assertThat(gauge("active")).isEqualTo(3);
        application.getBean(Slow.class).release.countDown();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gauge("backlog")).isZero());
        awaitText("/health", "/components/ternMQ/status", "UP");
    }

    private double gauge(String name) throws Exception {
        return get("/metrics/ternmq.listener." + name + "?tag=listener:slow")
                .at("/measurements/0/value")
                .asDouble();
    }

    @Test
    void infoNamesClustersAndGroups() throws Exception {
        assertThat(get("/info").at("/ternmq").toString()).contains(t + "_payment", t + "_slow", broker.nameServer());
    }

    @Test
    void traceGoesOnFromHttpRequestToListener() throws Exception {
        assertThat(post("/orders", "").statusCode()).isEqualTo(200);

        Queue<Seen> all = application.getBean(Traced.class).seen;
        await().atMost(PATIENCE).until(() -> !all.isEmpty());
        Seen seen = all.element();
        assertThat(seen.traceId()).isEqualTo(TRACE_ID);
        assertThat(seen.propagated()).startsWith("00-" + TRACE_ID + "-").contains(seen.parent());
        assertThat(seen.key()).isEqualTo("A1");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                get("/metrics/ternmq.listener?tag=ternmq.listener.id:traced&tag=ternmq.outcome:done")
                                        .at("/measurements/0/value")
                                        .asInt())
                        .isEqualTo(1));
    }

    private void awaitText(String path, String pointer, String expected) {
        await(path)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get(path).at(pointer).asString()).isEqualTo(expected));
    }

    /** Whatever the status: that of health tells how it is. */
    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + "/actuator" + path)).build();
        return JsonMapper.shared()
                .readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .header("traceparent", "00-" + TRACE_ID + "-00f067aa0ba902b7-01")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
