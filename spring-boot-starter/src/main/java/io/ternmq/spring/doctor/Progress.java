package io.ternmq.spring.doctor;

import java.time.Duration;

/** What the watch remembers of a listener from round to round. Confined to its thread; times are those of one monotonic clock. */
final class Progress {

    private long completed = -1;
    private long standsSince;
    private long restsSince;
    private long toldAt;
    private boolean told;
    private boolean idle;
    private boolean away;

    Progress(long now) {
        standsSince = now;
        restsSince = now;
    }

    /** Sees how many calls have ended so far; whether that are more than before. */
    boolean see(long calls, long now) {
        boolean moved = calls != completed;
        completed = calls;
        if (moved || away) {
            away = false;
            standsSince = now;
            restsSince = now;
            idle = false;
        }
        return moved;
    }

    /** It does not run, as somebody wants; its times begin anew when it is seen again. */
    void leave() {
        away = true;
    }

    /** Sees whether there is something to do. */
    void see(boolean behind, long now) {
        if (behind) {
            restsSince = now;
            idle = false;
        } else {
            // It rests because there is nothing to do; a standstill begins when there is.
            standsSince = now;
        }
    }

    /** Whether it has stood for so long although there was something to do, and nobody was told. */
    boolean isStalled(Duration after, long now) {
        return !told && now - standsSince >= after.toNanos();
    }

    void tell(long now) {
        told = true;
        toldAt = now;
    }

    /** Whether somebody was told that it stands. */
    boolean isTold() {
        return told;
    }

    /** It goes on; how long ago it was told that it stood. */
    Duration recover(long now) {
        told = false;
        return Duration.ofNanos(now - toldAt);
    }

    /** Whether it has rested for so long by now; once for each rest. */
    boolean becomesIdle(Duration after, long now) {
        boolean becomes = !idle && now - restsSince >= after.toNanos();
        idle |= becomes;
        return becomes;
    }
}
