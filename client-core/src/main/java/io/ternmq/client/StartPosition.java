package io.ternmq.client;

import java.time.Instant;
import java.util.Objects;

/** Where a group begins in a queue in which it has not consumed before. */
public sealed interface StartPosition {

    /**
     * At the end: what comes from now on. As with every RocketMQ client, a topic so young that its first message is
     * still at hand is read from its beginning.
     */
    static StartPosition latest() {
        return new Latest();
    }

    /** At the oldest message that is kept. */
    static StartPosition earliest() {
        return new Earliest();
    }

    /** At the first message that was stored at {@code instant} or later. */
    static StartPosition at(Instant instant) {
        return new At(instant);
    }

    /** See {@link #latest()}. */
    record Latest() implements StartPosition {}

    /** See {@link #earliest()}. */
    record Earliest() implements StartPosition {}

    /** See {@link #at(Instant)}. */
    record At(Instant instant) implements StartPosition {
        public At {
            Objects.requireNonNull(instant, "instant");
        }
    }
}
