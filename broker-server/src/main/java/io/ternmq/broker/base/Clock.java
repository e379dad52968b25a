package io.ternmq.broker.base;

/** Tells the time of day; passed to whatever needs it, so that a test can make time pass. Safe for any thread. */
@FunctionalInterface
public interface Clock {
    /** Milliseconds since 1970-01-01T00:00Z. */
    long millis();

    /** The machine's clock. */
    static Clock system() {
        return System::currentTimeMillis;
    }
}
