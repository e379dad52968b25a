package io.ternmq.broker.schedule;

/** What has become of a timer. */
enum TimerState {
    /** It waits. */
    PENDING(0),
    /** Its message is in the queue it belongs to. */
    DELIVERED(-1),
    /** It was taken back, or moved to another instant. */
    CANCELLED(-2),
    /** Another record waits in place of this one, for the same instant. */
    ROLLED(-3),
    /** The index knows nothing of it: it never was, or is long over. */
    UNKNOWN(-4);

    /** How the index writes the end of a timer; the value of one that waits is the instant, which is not negative. */
    final long mark;

    TimerState(long mark) {
        this.mark = mark;
    }

    static TimerState ofMark(long mark) {
        for (TimerState state : values()) {
            if (state.mark == mark && state != PENDING) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
