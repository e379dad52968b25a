package io.ternmq.broker.index;

/**
 * Below which number entries no longer count. It holds at once for whoever reads; for the disk only once the records it follows
 * from are durable: a power cut may take those back, and then the entries count again.
 */
final class Bound {
    private volatile long current;
    private long settled;
    /** The oldest not settled yet, so that one that rises all the time is settled too. */
    private long candidate;

    private long candidateSource = Long.MAX_VALUE;

    Bound(long settled) {
        this.current = settled;
        this.settled = settled;
    }

    /** What readers go by. */
    long current() {
        return current;
    }

    /** Raises it, as follows from records up to this one. */
    synchronized void raise(long bound, long source) {
        if (bound > current) {
            current = bound;
            if (candidateSource == Long.MAX_VALUE) {
                candidate = bound;
                candidateSource = source;
            }
        }
    }

    /** What the disk goes by when the records before {@code position} are durable, and {@code source} is the last that was followed. */
    synchronized long settle(long position, long source) {
        if (candidateSource < position) {
            settled = candidate;
            candidateSource = Long.MAX_VALUE;
            if (current > settled) {
                candidate = current;
                candidateSource = source;
            }
        }
        return settled;
    }
}
