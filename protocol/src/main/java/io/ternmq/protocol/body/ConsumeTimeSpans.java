package io.ternmq.protocol.body;

import java.util.List;

/** Body of the answer to QUERY_CONSUME_TIME_SPAN (code 303): how old what each queue holds is, and where a group stands. */
public record ConsumeTimeSpans(List<QueueSpan> consumeTimeSpanSet) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumeTimeSpans {
        consumeTimeSpanSet = consumeTimeSpanSet == null ? List.of() : consumeTimeSpanSet;
    }

    /**
     * Times of one queue, epoch milliseconds.
     *
     * @param minTimeStamp store time of the first message
     * @param maxTimeStamp store time of the last message
     * @param consumeTimeStamp store time of the last message that was consumed
     * @param delayTime how long ago the next message was stored, in milliseconds; 0 if all is consumed
     */
    public record QueueSpan(
            MessageQueue messageQueue, long minTimeStamp, long maxTimeStamp, long consumeTimeStamp, long delayTime) {}
}
