package io.ternmq.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/** Observes each call of a listener, around everything else that stands around it. */
public final class ListenerObservations implements ListenerInterceptor, Ordered {

    /** Inside of what tells the log about the message, outside of everything an application adds. */
    public static final int ORDER = LoggingContext.ORDER + 100;

    private static final ListenerObservationConvention DEFAULT = new DefaultListenerObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable ListenerObservationConvention convention;

    /**
     * Makes it.
     *
     * @param convention replaces the default one, or {@code null}
     */
    public ListenerObservations(ObservationRegistry registry, @Nullable ListenerObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public @Nullable Object around(ListenerCall call, Next next) throws Exception {
        ListenerContext context = new ListenerContext(call);
        Observation observation = MessagingObservation.LISTENER
                .observation(convention, DEFAULT, () -> context, registry)
                .start();
        Observation.Scope scope = observation.openScope();
        try {
            Object result = next.proceed();
            context.setResult(result);
            return result;
        } catch (Throwable e) {
            observation.error(e);
            throw e;
        } finally {
            scope.close();
            observation.stop();
        }
    }

    @Override
    public int getOrder() {
        return ORDER;
    }
}
