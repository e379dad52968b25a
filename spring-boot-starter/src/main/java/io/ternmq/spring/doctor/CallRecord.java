package io.ternmq.spring.doctor;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.spring.listener.ListenerOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the calls of a listener, and of their messages, since the application was started.
 *
 * @param completed calls that have ended, well or not
 * @param failed calls that have thrown, or could not be made; of a batch that was handed over without some messages, only if none of the others was done
 * @param failuresInRow calls that have failed since the last that did not
 * @param lastFailure when the last one failed, or {@code null}
 * @param lastError what it failed by, or {@code null}
 * @param done messages that were done
 * @param retried how often messages were to come again
 * @param deadLetters messages that became dead letters
 */
public record CallRecord(
        long completed,
        long failed,
        long failuresInRow,
        @Nullable Instant lastFailure,
        @Nullable String lastError,
        long done,
        long retried,
        long deadLetters) {

    static final CallRecord NONE = new CallRecord(0, 0, 0, null, null, 0, 0, 0);

    CallRecord with(ListenerOutcome outcome) {
        long nowDone = count(outcome, ConsumeOutcome.Done.class);
        Throwable failure = outcome.threw() || nowDone == 0 ? outcome.failure() : null;
        return new CallRecord(
                completed + 1,
                failure == null ? failed : failed + 1,
                failure == null ? 0 : failuresInRow + 1,
                failure == null ? lastFailure : Instant.now(),
                failure == null ? lastError : failure.toString(),
                done + nowDone,
                retried + count(outcome, ConsumeOutcome.Retry.class),
                deadLetters + count(outcome, ConsumeOutcome.DeadLetter.class));
    }

    private static long count(ListenerOutcome outcome, Class<? extends ConsumeOutcome> kind) {
        long count = 0;
        for (ConsumeOutcome of : outcome.messages()) {
            count += kind.isInstance(of) ? 1 : 0;
        }
        return count;
    }
}
