package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.MQClientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a listener says about the message it is handling in order, besides its result. */
final class OrderedHandling implements ConsumeOrderContext {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final String group;
    private Duration suspendTime;
    private @Nullable String deadReason;

    OrderedHandling(String group, Duration suspendTime) {
        this.group = group;
        this.suspendTime = suspendTime;
    }

    @Override
    public String getGroupId() {
        return group;
    }

    @Override
    public void suspendFor(Duration time) {
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new MQClientException("illegal value: suspendFor=" + time + "; it must be between 10 and 30000 ms");
        }
        suspendTime = time;
    }

    @Override
    public void deadLetter(String reason) {
        deadReason = new ConsumeOutcome.DeadLetter(reason).reason();
    }

    /** Why the message is to become a dead letter now, or {@code null} if it is not. */
    @Nullable
    String deadReason() {
        return deadReason;
    }

    Duration suspendTime() {
        return suspendTime;
    }
}
