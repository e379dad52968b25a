package io.ternmq.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names sends and says which keys they have; a bean of this type replaces {@link DefaultSendObservationConvention}. */
public interface SendObservationConvention extends ObservationConvention<SendContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof SendContext;
    }
}
