package io.ternmq.spring.doctor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the calls of a listener since the application was started.
 *
 * @param completed calls that have ended, well or not
 * @param failed calls that have thrown
 * @param failuresInRow calls that have thrown since the last that did not
 * @param lastFailure when the last one threw, or {@code null}
 * @param lastError what it threw, or {@code null}
 */
public record CallRecord(
        long completed,
        long failed,
        long failuresInRow,
        @Nullable Instant lastFailure,
        @Nullable String lastError) {

    static final CallRecord NONE = new CallRecord(0, 0, 0, null, null);

    CallRecord succeeded() {
        return new CallRecord(completed + 1, failed, 0, lastFailure, lastError);
    }

    CallRecord failed(Throwable error) {
        return new CallRecord(completed + 1, failed + 1, failuresInRow + 1, Instant.now(), error.toString());
    }
}
