package io.ternmq.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Random;

/** Makes the bodies of one run: an instant, the run's number, and noise that does not compress. Safe for any thread. */
final class Bodies {
    private final byte[] pattern;
    private final long run;

    Bodies(int size, long run) {
        this.pattern = new byte[size];
        this.run = run;
        new Random(run).nextBytes(pattern);
        ByteBuffer.wrap(pattern).putLong(Long.BYTES, run);
    }

    /** A new body that carries a {@link System#nanoTime()}. */
    byte[] make(long bornNanos) {
        byte[] body = pattern.clone();
        ByteBuffer.wrap(body).putLong(0, bornNanos);
        return body;
    }

    /** Whether a body was made by this run. */
    boolean isOurs(byte[] body) {
        return body.length == pattern.length && ByteBuffer.wrap(body).getLong(Long.BYTES) == run;
    }

    /** The instant that a body carries. */
    static long bornNanos(byte[] body) {
        return ByteBuffer.wrap(body).getLong(0);
    }
}
