package io.ternmq.spring.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.spring.listener.ListenerOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallRecordTest {

    private static final ConsumeOutcome DONE = ConsumeOutcome.done();
    private static final ConsumeOutcome RETRY = ConsumeOutcome.retry();
    private static final ConsumeOutcome DEAD = ConsumeOutcome.deadLetter("cannot be read");
    private static final Exception FAILURE = new IllegalStateException("oh");

    @Test
    void countsTheCallsThatFailUntilOneDoesNot() {
        CallRecord twice = CallRecord.NONE
                .with(new ListenerOutcome(List.of(RETRY), FAILURE, true))
                .with(new ListenerOutcome(List.of(DONE), FAILURE, true));

        assertThat(twice.failed()).isEqualTo(2);
        assertThat(twice.failuresInRow()).isEqualTo(2);
        assertThat(twice.lastError()).contains("oh");

        CallRecord last = twice.with(new ListenerOutcome(List.of(DONE), null, false));
        assertThat(last.completed()).isEqualTo(3);
        assertThat(last.failed()).isEqualTo(2);
        assertThat(last.failuresInRow()).isZero();
        assertThat(last.done()).isEqualTo(2);
    }

    @Test
    void takesABatchForFailedOnlyIfNoneOfItsMessagesIsDone() {
        CallRecord some = CallRecord.NONE.with(new ListenerOutcome(List.of(DONE, DEAD), FAILURE, false));
        assertThat(some.failed()).isZero();
        assertThat(some.failuresInRow()).isZero();
        assertThat(some.done()).isEqualTo(1);
        assertThat(some.deadLetters()).isEqualTo(1);

        CallRecord none = some.with(new ListenerOutcome(List.of(RETRY, DEAD), FAILURE, false));
        assertThat(none.failed()).isEqualTo(1);
        assertThat(none.failuresInRow()).isEqualTo(1);
    }
}
