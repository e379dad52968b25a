package io.ternmq.samples.orders;

import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * One trace for a customer's request and all that follows from it. With these beans Spring Boot observes requests, and TernMQ's starter messages:
 * the header {@code traceparent} goes from the request into the message, and from there to whoever listens. The spans stay here; Spring
 * Boot's {@code spring-boot-starter-opentelemetry} makes such beans itself, takes the place of this class, and sends the spans to a collector.
 */
@Configuration(proxyBeanMethods = false)
class Tracing {

    @Bean
    SdkTracerProvider spans() {
        return SdkTracerProvider.builder().build();
    }

    @Bean
    Tracer tracer(SdkTracerProvider spans) {
        return new OtelTracer(spans.get("orders"), new LoggedTraceContext(), event -> {});
    }

    @Bean
    Propagator propagator(SdkTracerProvider spans) {
        return new OtelPropagator(
                ContextPropagators.create(W3CTraceContextPropagator.getInstance()), spans.get("orders"));
    }

    /** Tells the log which trace a thread works for: {@code %X{traceId}} in its pattern. */
    private static final class LoggedTraceContext extends OtelCurrentTraceContext {

        private static final String TRACE_ID = "traceId";

        @Override
        public Scope newScope(@Nullable TraceContext context) {
            return logged(context, () -> super.newScope(context));
        }

        @Override
        public Scope maybeScope(@Nullable TraceContext context) {
            return context == null ? logged(null, () -> super.maybeScope(null)) : newScope(context);
        }

        private static Scope logged(@Nullable TraceContext context, Supplier<Scope> opened) {
            String before = MDC.get(TRACE_ID);
            Scope scope = opened.get();
            set(context == null ? null : context.traceId());
            return () -> {
                scope.close();
                set(before);
            };
        }

        private static void set(@Nullable String traceId) {
            if (traceId == null) {
                MDC.remove(TRACE_ID);
            } else {
                MDC.put(TRACE_ID, traceId);
            }
        }
    }
}
