package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeContext;
import java.time.Duration;

/** What a listener says about the messages it is handling, besides its result. Used by the listener's thread. */
final class Handling implements ConsumeContext {

    private final String group;
    private RetryDelay delay = RetryDelay.BROKER_DECIDES;
    private int acknowledgeIndex = Integer.MAX_VALUE;

    Handling(String group) {
        this.group = group;
    }

    @Override
    public String getGroupId() {
        return group;
    }

    @Override
    public void retryAfter(Duration time) {
        delay = RetryDelay.of(time);
    }

    @Override
    public void setAcknowledgeIndex(int index) {
        acknowledgeIndex = index;
    }

    RetryDelay delay() {
        return delay;
    }

    int acknowledgeIndex() {
        return acknowledgeIndex;
    }
}
