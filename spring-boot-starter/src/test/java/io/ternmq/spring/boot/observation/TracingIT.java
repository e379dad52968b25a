package io.ternmq.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.ternmq.client.Message;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.spring.observation.LoggingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A trace goes on from a request by HTTP through a message to its listener. */
class TracingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    record Seen(
            String traceId,
            @Nullable String parent,
            @Nullable String propagated,
            @Nullable String messageId,
            @Nullable String key) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
    @Import({Shop.class, Payment.class})
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

    @RestController
    static class Shop {

        private final MessageTemplate template;

        Shop(MessageTemplate template) {
            this.template = template;
        }

        @PostMapping("/orders")
        void order() {
            template.destination("orders").key("A1").send("an order");
        }
    }

    static class Payment {

        private final Tracer tracer;
        final List<Seen> seen = new CopyOnWriteArrayList<>();

        Payment(Tracer tracer) {
            this.tracer = tracer;
        }

        @MessageListener(topics = "orders", group = "payment", id = "pay", consumeFrom = "earliest")
        void pay(Message message) {
            var context = tracer.currentTraceContext().context();
            seen.add(new Seen(
                    context == null ? "none" : context.traceId(),
                    context == null ? null : context.parentId(),
                    message.getUserProperties("traceparent"),
                    MDC.get(LoggingContext.MESSAGE_ID),
                    MDC.get(LoggingContext.KEY)));
        }
    }

    @Test
    void goesOnFromHttpRequestToListener() throws Exception {
        SpringApplication application = new SpringApplication(Application.class);
        try (ConfigurableApplicationContext context = application.run(
                "--server.port=0", "--server.address=127.0.0.1", "--management.tracing.sampling.probability=1")) {
            int port = ((WebServerApplicationContext) context).getWebServer().getPort();
            HttpResponse<Void> response = post("http://127.0.0.1:" + port + "/orders");
            assertThat(response.statusCode()).isEqualTo(200);

            Payment payment = context.getBean(Payment.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(payment.seen).hasSize(1));

            Seen seen = payment.seen.get(0);
            assertThat(seen.traceId()).isEqualTo(TRACE_ID);
            assertThat(seen.propagated()).startsWith("00-" + TRACE_ID + "-");
            // The listener's span is the child of the send's, which is the one that the message carries.
            assertThat(seen.propagated()).contains(seen.parent());
            assertThat(seen.messageId()).isNotEmpty();
            assertThat(seen.key()).isEqualTo("A1");
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            // The timer is there when the first observation has ended.
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(MeterNotFoundException.class)
                    .untilAsserted(() -> assertThat(meters.get("ternmq.listener")
                                    .tag("ternmq.listener.id", "pay")
                                    .tag("ternmq.outcome", "done")
                                    .timer()
                                    .count())
                            .isEqualTo(1));
            assertThat(meters.get("ternmq.send")
                            .tag("messaging.destination.name", "orders")
                            .timer()
                            .count())
                    .isEqualTo(1);
        }
    }

    static class Refund {

        @MessageListener(
                topics = "refunds",
                group = "refund",
                id = "refund",
                consumeFrom = "earliest",
                retry = @Retry(times = "0"))
        void refund(String text) {
            throw new IllegalStateException("no money: " + text);
        }
    }

    /** What a line of the log about the refund can show. */
    private record Line(
            @Nullable String trace,
            @Nullable String listener,
            @Nullable String key) {}

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final Tracer tracer;
        private final List<Line> lines = new CopyOnWriteArrayList<>();

        Lines(Tracer tracer) {
            this.tracer = tracer;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains("listener=refund,")) {
                var context = tracer.currentTraceContext().context();
                lines.add(new Line(
                        context == null ? null : context.traceId(),
                        event.getMDCPropertyMap().get(LoggingContext.LISTENER),
                        event.getMDCPropertyMap().get(LoggingContext.KEY)));
            }
        }
    }

    @Test
    void reportsFailureWithinTheTraceAndWithTheMessagesIdentity() {
        SpringApplication application = new SpringApplication(Application.class, Refund.class);
        Logger logger = (Logger) LoggerFactory.getLogger(ListenerContainer.class);
        try (ConfigurableApplicationContext context = application.run(
                "--server.port=0", "--server.address=127.0.0.1", "--management.tracing.sampling.probability=1")) {
            Lines lines = new Lines(context.getBean(Tracer.class));
            lines.setContext(logger.getLoggerContext());
            lines.start();
            logger.addAppender(lines);
            context.getBean(MessageTemplate.class)
                    .destination("refunds")
                    .key("R1")
                    .send("10 euros");

            MeterRegistry meters = context.getBean(MeterRegistry.class);
            // The timer is there when the first observation has ended.
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(MeterNotFoundException.class)
                    .untilAsserted(() -> assertThat(meters.get("ternmq.listener")
                                    .tag("ternmq.listener.id", "refund")
                                    .tag("ternmq.outcome", "dead-letter")
                                    .tag("error", "IllegalStateException")
                                    .timer()
                                    .count())
                            .isEqualTo(1));
            logger.detachAppender(lines);
            assertThat(lines.lines).singleElement().satisfies(line -> {
                assertThat(line.trace()).isNotNull();
                assertThat(line.listener()).isEqualTo("refund");
                assertThat(line.key()).isEqualTo("R1");
            });
        }
    }

    private static HttpResponse<Void> post(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .header("traceparent", "00-" + TRACE_ID + "-00f067aa0ba902b7-01")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
