package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What the log is told of traces. */
class TracingTest {

    private static final String TRACE_ID = "traceId";

    @Test
    void namesTheTraceWhileAThreadWorksForItAndNoLonger() {
        try (SdkTracerProvider spans = SdkTracerProvider.builder().build()) {
            Tracer tracer = new Tracing().tracer(spans);
            CurrentTraceContext current = tracer.currentTraceContext();
            Span request = tracer.spanBuilder().setNoParent().start();
            Span another = tracer.spanBuilder().setNoParent().start();

            CurrentTraceContext.Scope inRequest = current.maybeScope(request.context());
            assertThat(MDC.get(TRACE_ID)).isEqualTo(request.context().traceId());
            CurrentTraceContext.Scope inAnother = current.maybeScope(another.context());
            assertThat(MDC.get(TRACE_ID)).isEqualTo(another.context().traceId());
            inAnother.close();
            assertThat(MDC.get(TRACE_ID)).isEqualTo(request.context().traceId());
            inRequest.close();
            assertThat(MDC.get(TRACE_ID)).isNull();
        }
    }
}
