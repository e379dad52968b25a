package io.ternmq.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.ternmq.client.Message;
import io.ternmq.spring.core.SendInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/** Observes each send of a template and each reply of a listener, and gives the message the trace's context. */
public final class SendObservations implements SendInterceptor, Ordered {

    private static final SendObservationConvention DEFAULT = new DefaultSendObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable SendObservationConvention convention;

    /**
     * Makes it.
     *
     * @param convention replaces the default one, or {@code null}
     */
    public SendObservations(ObservationRegistry registry, @Nullable SendObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public Completion before(Message message) {
        Observation observation = MessagingObservation.SEND
                .observation(convention, DEFAULT, () -> new SendContext(message), registry)
                .start();
        return (result, failure) -> end(observation, failure);
    }

    private static void end(Observation observation, @Nullable Throwable failure) {
        if (failure != null) {
            observation.error(failure);
        }
        observation.stop();
    }

    /** First, so that the time of the others counts, and what they see has the trace's context. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 100;
    }
}
