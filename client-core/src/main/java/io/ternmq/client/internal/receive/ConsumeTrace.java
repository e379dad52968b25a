package io.ternmq.client.internal.receive;

import io.ternmq.client.Message;
import io.ternmq.client.internal.trace.TraceRecord.Consumed;
import io.ternmq.client.internal.trace.TraceRecord.Delivered;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import io.ternmq.client.internal.trace.Tracer;
import io.ternmq.protocol.message.PropertyNames;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the trace of one call of a listener with one message: that it has begun, and how it has ended. */
final class ConsumeTrace {

    private final Tracer tracer;
    private final String group;
    private final String messageId;
    private final String keys;
    private final String requestId;
    private final long startNanos = System.nanoTime();

    private ConsumeTrace(Tracer tracer, String group, String messageId, String keys) {
        this.tracer = tracer;
        this.group = group;
        this.messageId = messageId;
        this.keys = keys;
        this.requestId = tracer.nextRequestId();
    }

    /** Tells that a listener is about to be called; {@code null} if this message is not traced. */
    static @Nullable ConsumeTrace begin(Tracer tracer, String group, Message message) {
        String id = message.getMsgID();
        if (id == null
                || !"true".equals(message.getSystemProperties().get(PropertyNames.TRACE_ON))
                || !tracer.isWelcome()) {
            return null;
        }
        ConsumeTrace trace = new ConsumeTrace(tracer, group, id, message.getKey());
        long now = System.currentTimeMillis();
        String region = message.getSystemProperties().getOrDefault(PropertyNames.MSG_REGION, "");
        int retryTimes = message.getReconsumeTimes();
        tracer.add(() -> new Delivered(now, region, group, trace.requestId, id, retryTimes, trace.keys));
        return trace;
    }

    /** What a listener's result means. */
    static <T> Outcome outcome(@Nullable T result, T success) {
        if (result == null) {
            return Outcome.RETURNNULL;
        }
        return result == success ? Outcome.SUCCESS : Outcome.FAILED;
    }

    /** Tells how the call has ended; of a message that is not traced nothing. */
    static void end(@Nullable ConsumeTrace trace, Outcome outcome) {
        if (trace != null) {
            trace.end(outcome);
        }
    }

    private void end(Outcome outcome) {
        long now = System.currentTimeMillis();
        int cost = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        tracer.add(
                () -> new Consumed(requestId, messageId, cost, outcome == Outcome.SUCCESS, keys, outcome, now, group));
    }
}
