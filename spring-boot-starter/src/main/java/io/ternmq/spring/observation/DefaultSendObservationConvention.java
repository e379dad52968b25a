package io.ternmq.spring.observation;

import io.micrometer.common.KeyValues;
import io.ternmq.spring.observation.MessagingObservation.SendLowCardinality;

/** The names of {@link MessagingObservation#SEND}. May be extended. */
public class DefaultSendObservationConvention implements SendObservationConvention {

    @Override
    public String getName() {
        return "ternmq.send";
    }

    @Override
    public String getContextualName(SendContext context) {
        return "send " + context.message().getTopic();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(SendContext context) {
        return KeyValues.of(
                SendLowCardinality.SYSTEM.withValue("rocketmq"),
                SendLowCardinality.OPERATION.withValue("send"),
                SendLowCardinality.TOPIC.withValue(context.message().getTopic()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(SendContext context) {
        return MessageKeys.of(context.message());
    }
}
