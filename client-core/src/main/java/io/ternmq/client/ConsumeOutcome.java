package io.ternmq.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of one message that a listener was given. */
public sealed interface ConsumeOutcome {

    /** It is not delivered to the group again. */
    static ConsumeOutcome done() {
        return Done.DONE;
    }

    /** It comes again, after a delay that grows with the number of its failures. */
    static ConsumeOutcome retry() {
        return Retry.USUAL;
    }

    /**
     * It comes again after a delay. A TernMQ broker keeps the time to the millisecond; one of Apache RocketMQ uses the nearest of its delay levels (1 s to
     * 2 h).
     *
     * @throws MQClientException if the delay is negative
     */
    static ConsumeOutcome retryAfter(Duration delay) {
        return new Retry(delay);
    }

    /**
     * It becomes a dead letter now, however often it might have come again.
     *
     * @param reason why, for those who look at dead letters; kept with the message, shortened to {@value DeadLetter#LONGEST_REASON} characters
     */
    static ConsumeOutcome deadLetter(String reason) {
        return new DeadLetter(reason);
    }

    /** See {@link #done()}. */
    enum Done implements ConsumeOutcome {
        /** The only one. */
        DONE
    }

    /**
     * See {@link #retry()}.
     *
     * @param delay how long it waits, or {@code null} for the usual, growing time
     */
    record Retry(@Nullable Duration delay) implements ConsumeOutcome {

        private static final Retry USUAL = new Retry(null);

        public Retry {
            if (delay != null && delay.isNegative()) {
                throw new MQClientException("illegal value: retryAfter=" + delay + "; it must not be negative");
            }
        }
    }

    /**
     * See {@link #deadLetter}.
     *
     * @param reason why, in a form that can be kept with a message
     */
    record DeadLetter(String reason) implements ConsumeOutcome {

        /** Longer reasons are cut. */
        public static final int LONGEST_REASON = 1000;

        public DeadLetter {
            Objects.requireNonNull(reason, "reason");
            String text = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
            // The protocol separates properties by characters 1 and 2.
            reason = text.replace('\u0001', ' ').replace('\u0002', ' ');
        }
    }
}
