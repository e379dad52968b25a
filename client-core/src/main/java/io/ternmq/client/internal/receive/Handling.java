package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a listener says about the messages it is handling, besides its result. Used by the listener's thread. */
final class Handling implements ConsumeContext {

    private final String group;
    private final Map<Integer, ConsumeOutcome> outcomes = new HashMap<>();
    private ConsumeOutcome failure = ConsumeOutcome.retry();
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
        failure = ConsumeOutcome.retryAfter(time);
    }

    @Override
    public void setAcknowledgeIndex(int index) {
        acknowledgeIndex = index;
    }

    @Override
    public void deadLetter(String reason) {
        failure = ConsumeOutcome.deadLetter(reason);
    }

    @Override
    public void setOutcome(int index, ConsumeOutcome outcome) {
        outcomes.put(index, outcome);
    }

    /** What becomes of the one message. */
    ConsumeOutcome outcome(boolean success) {
        return success ? ConsumeOutcome.done() : failure;
    }

    /** What becomes of one message of a batch. */
    ConsumeOutcome outcome(int index, boolean success) {
        ConsumeOutcome own = outcomes.get(index);
        return own == null ? outcome(success) : own;
    }

    int acknowledgeIndex() {
        return acknowledgeIndex;
    }
}
