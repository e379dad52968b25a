package io.ternmq.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerScope;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/** Observes each delivery to a listener. */
public final class ListenerObservations implements ListenerScope, Ordered {

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
    public Closing open(ListenerDelivery delivery) {
        ListenerContext context = new ListenerContext(delivery);
        Observation observation = MessagingObservation.LISTENER
                .observation(convention, DEFAULT, () -> context, registry)
                .start();
        Observation.Scope scope = observation.openScope();
        return outcome -> {
            context.setOutcome(outcome);
            try (scope) {
                Throwable failure = outcome.failure();
                if (failure != null) {
                    observation.error(failure);
                }
            } finally {
                observation.stop();
            }
        };
    }

    @Override
    public int getOrder() {
        return ORDER;
    }
}
