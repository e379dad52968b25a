package io.ternmq.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the calls of listeners and says which keys they have; a bean of this type replaces {@link
 * DefaultListenerObservationConvention}.
 */
public interface ListenerObservationConvention extends ObservationConvention<ListenerContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ListenerContext;
    }
}
