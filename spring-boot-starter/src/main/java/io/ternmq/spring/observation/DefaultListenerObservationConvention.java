package io.ternmq.spring.observation;

import io.micrometer.common.KeyValues;
import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerCall;
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
        return "process " + first(context).getTopic();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ListenerContext context) {
        ListenerCall call = context.call();
        Message first = first(context);
        return KeyValues.of(
                ListenerLowCardinality.SYSTEM.withValue("rocketmq"),
                ListenerLowCardinality.OPERATION.withValue("process"),
                ListenerLowCardinality.TOPIC.withValue(first.getTopic()),
                ListenerLowCardinality.GROUP.withValue(call.group()),
                ListenerLowCardinality.LISTENER.withValue(call.listenerId()),
                ListenerLowCardinality.OUTCOME.withValue(outcome(context)),
                ListenerLowCardinality.REDELIVERED.withValue(Boolean.toString(first.getReconsumeTimes() > 0)));
    }

    private static String outcome(ListenerContext context) {
        if (context.getError() != null) {
            return "failed";
        }
        return context.isRetryWanted() ? "retry" : "done";
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ListenerContext context) {
        int size = context.call().messages().size();
        return size == 1
                ? MessageKeys.of(first(context))
                : KeyValues.of(HighCardinality.BATCH_SIZE.withValue(Integer.toString(size)));
    }

    private static Message first(ListenerContext context) {
        return context.call().messages().get(0);
    }
}
