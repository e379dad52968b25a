package io.ternmq.client;

import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was to be delivered at another time.
 *
 * @param outcome whether it waits for the new time
 * @param recallHandle by which it can be taken back from now on; {@code null} if it does not wait
 */
public record RescheduleResult(Outcome outcome, @Nullable String recallHandle) {
    /** Whether a message waits for its new time. */
    public enum Outcome {
        /** It waits for the new time, and is not delivered at the old one. */
        RESCHEDULED,
        /** It came too late: the message is in its queue. */
        ALREADY_DELIVERED,
        /** No such message waits: it was taken back, or never waited, or was delivered long ago. */
        UNKNOWN
    }
}
