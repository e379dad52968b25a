package io.ternmq.broker.transport;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why connections were closed, one line each, yet no more than {@value #LINES} in {@value #WINDOW_MILLIS} ms: strangers on the port
 * must not fill the disk with log. Thread safe.
 */
final class Complaints {
    static final int LINES = 20;
    static final int WINDOW_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private final LongSupplier millis;
    private final AtomicLong windowStart;
    private final AtomicInteger lines = new AtomicInteger();
    private final AtomicInteger suppressed = new AtomicInteger();

    Complaints(LongSupplier millis) {
        this.millis = millis;
        this.windowStart = new AtomicLong(millis.getAsLong());
    }

    /** Logs that a connection is being closed. Returns whether the line was written. */
    boolean closing(@Nullable SocketAddress client, String reason) {
        long now = millis.getAsLong();
        long start = windowStart.get();
        if (now - start >= WINDOW_MILLIS && windowStart.compareAndSet(start, now)) {
            lines.set(0);
            int left = suppressed.getAndSet(0);
            if (left > 0) {
                LOG.warn("connections closed for reasons not logged singly: count={}", left);
            }
        }
        if (lines.incrementAndGet() > LINES) {
            suppressed.incrementAndGet();
            return false;
        }
        LOG.warn("connection closed: client={}, reason={}", client, reason);
        return true;
    }
}
