package io.ternmq.spring.observation;

import io.micrometer.common.KeyValues;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerOutcome;
import io.ternmq.spring.observation.MessagingObservation.HighCardinality;
import io.ternmq.spring.observation.MessagingObservation.ListenerLowCardinality;

/** The names of {@link MessagingObservation#LISTENER}. May be extended. */
public class DefaultListenerObservationConvention implements ListenerObservationConvention {

    @Override
    public String getName() {
        return "ternmq.listener";
    }

    @Override
    public String getContextualName(ListenerContext context) {
        return "process " + context.delivery().first().getTopic();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ListenerContext context) {
        ListenerDelivery delivery = context.delivery();
        Message first = delivery.first();
        return KeyValues.of(
                ListenerLowCardinality.SYSTEM.withValue("rocketmq"),
                ListenerLowCardinality.OPERATION.withValue("process"),
                ListenerLowCardinality.TOPIC.withValue(first.getTopic()),
                ListenerLowCardinality.GROUP.withValue(delivery.group()),
                ListenerLowCardinality.LISTENER.withValue(delivery.listenerId()),
                ListenerLowCardinality.OUTCOME.withValue(outcome(context)),
                ListenerLowCardinality.REDELIVERED.withValue(Boolean.toString(first.getReconsumeTimes() > 0)));
    }

    /** While the listener is at it, nothing speaks against that it gets done. */
    private static String outcome(ListenerContext context) {
        ListenerOutcome outcome = context.outcome();
        ConsumeOutcome worst = outcome == null ? ConsumeOutcome.done() : outcome.worst();
        if (worst instanceof ConsumeOutcome.DeadLetter) {
            return "dead-letter";
        }
        return worst instanceof ConsumeOutcome.Retry ? "retry" : "done";
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ListenerContext context) {
        int size = context.delivery().messages().size();
        return size == 1
                ? MessageKeys.of(context.delivery().first())
                : KeyValues.of(HighCardinality.BATCH_SIZE.withValue(Integer.toString(size)));
    }
}
