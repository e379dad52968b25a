package io.ternmq.spring.doctor;

import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerDelivery;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A call of a listener that has not ended.
 *
 * @param delivery what is handled
 * @param thread the thread that makes it
 * @param startNanos when it began, by the clock of {@link CallWatch}
 */
record RunningCall(ListenerDelivery delivery, Thread thread, long startNanos) {

    Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - startNanos);
    }

    /** Who is being handled, for people. */
    String message() {
        Message first = delivery.first();
        int others = delivery.messages().size() - 1;
        return "topic=" + first.getTopic() + ", messageId=" + first.getMsgID() + ", key=" + first.getKey()
                + (others == 0 ? "" : ", others=" + others);
    }

    /** Where the thread is now, the innermost frame first. */
    String stack() {
        return Arrays.stream(thread.getStackTrace())
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }
}
