package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a listener, or by whatever it calls, when a message can never be handled: it becomes a dead letter at once, with the reason, whatever the
 * listener's {@code @Retry} rules say. Counts also as the cause of another exception, and may be extended. A {@link ListenerErrorHandler} is asked first.
 *
 * <p>Thrown by a batch listener it is about all messages of the batch; as the cause in a {@link BatchFailedException} it is about those that this names.
 */
public class DeadLetterException extends DecidingException {

    private static final long serialVersionUID = 1L;

    /**
     * There is no other exception.
     *
     * @param reason why, for those who look at dead letters; kept with the message
     */
    public DeadLetterException(String reason) {
        this(reason, null);
    }

    /** There is another exception; the reason should say what matters of it. */
    public DeadLetterException(String reason, @Nullable Throwable cause) {
        super(Objects.requireNonNull(reason, "reason"), cause);
    }

    @Override
    final ConsumeOutcome outcome() {
        return ConsumeOutcome.deadLetter(Objects.requireNonNullElse(getMessage(), ""));
    }
}
