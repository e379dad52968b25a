package io.ternmq.client.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of a message that was handed to a consumer on demand.
 *
 * @param outcome what the listener did
 * @param remark what the consumer says about it, such as the exception
 * @param spent what the listener took
 */
public record DirectConsumption(Outcome outcome, Optional<String> remark, Duration spent) {

    /** What a listener did with a message. */
    public enum Outcome {
        /** It has consumed it. */
        CONSUMED,
        /** It wants it again later. */
        LATER,
        /** It has thrown an exception. */
        FAILED,
        /** It has returned nothing, which counts as failed. */
        NOTHING,
        /** Something that this client does not know. */
        OTHER
    }
}
