package io.ternmq.broker.schedule;

import io.ternmq.broker.index.EntryVisitor;

/** Makes timers of the entries of the index, of which one may have several: only one that is not over counts. For one scan. */
abstract class TimerGroups implements EntryVisitor {
    private boolean any;
    private long slot;
    private long logOffset;
    private long deliverAt;
    private boolean over;

    /** A timer that waits; false if no more are wanted. */
    abstract boolean waits(Timer timer);

    /** The timers before this slot are told; false if no more are wanted. */
    boolean newSlot(long next) {
        return true;
    }

    @Override
    public final boolean visit(long major, long minor, long value) {
        if (!any || major != slot || minor != logOffset) {
            if (!finish()) {
                return false;
            }
            if (any && major != slot && !newSlot(major)) {
                any = false;
                return false;
            }
            any = true;
            slot = major;
            logOffset = minor;
            deliverAt = -1;
            over = false;
        }
        if (value < 0) {
            over = true;
        } else {
            deliverAt = value;
        }
        return true;
    }

    /** To be called after the scan: tells the last one. */
    final void end() {
        finish();
        any = false;
    }

    private boolean finish() {
        boolean goOn = !any || over || deliverAt < 0 || waits(new Timer(slot, deliverAt, logOffset));
        if (!goOn) {
            any = false;
        }
        return goOn;
    }
}
