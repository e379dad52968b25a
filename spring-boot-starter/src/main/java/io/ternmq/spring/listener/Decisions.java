package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What was decided about the messages that a method was given, by whatever thread; the first decision about one counts. */
final class Decisions implements BatchAcknowledgement {

    private final @Nullable ConsumeOutcome[] outcomes;
    private final CompletableFuture<@Nullable Void> complete = new CompletableFuture<>();
    private int open;

    Decisions(int size) {
        this.outcomes = new ConsumeOutcome[size];
        this.open = size;
    }

    /** Is complete when all are decided. */
    CompletableFuture<@Nullable Void> complete() {
        return complete;
    }

    synchronized @Nullable ConsumeOutcome of(int index) {
        return outcomes[index];
    }

    /** Decides about one. */
    synchronized void decide(int index, ConsumeOutcome outcome) {
        if (index < 0 || index >= outcomes.length) {
            throw new IndexOutOfBoundsException(
                    "the batch has no such message: index=" + index + ", size=" + outcomes.length);
        }
        if (outcomes[index] == null) {
            outcomes[index] = outcome;
            if (--open == 0) {
                complete.complete(null);
            }
        }
    }

    /** Decides about all that are open. */
    synchronized void decide(ConsumeOutcome outcome) {
        for (int i = 0; i < outcomes.length; i++) {
            decide(i, outcome);
        }
    }

    @Override
    public void acknowledge() {
        decide(ConsumeOutcome.done());
    }

    @Override
    public void retry() {
        decide(ConsumeOutcome.retry());
    }

    @Override
    public void retry(Duration delay) {
        decide(ConsumeOutcome.retryAfter(delay));
    }

    @Override
    public void deadLetter(String reason) {
        decide(ConsumeOutcome.deadLetter(reason));
    }

    @Override
    public void acknowledge(int index) {
        decide(index, ConsumeOutcome.done());
    }

    @Override
    public void retry(int index) {
        decide(index, ConsumeOutcome.retry());
    }

    @Override
    public void retry(int index, Duration delay) {
        decide(index, ConsumeOutcome.retryAfter(delay));
    }

    @Override
    public void deadLetter(int index, String reason) {
        decide(index, ConsumeOutcome.deadLetter(reason));
    }
}
