package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a listener, or by whatever it calls, when a message can be handled later: it comes again after the delay, whatever the listener's {@code @Retry} rules
 * say, until it has come as often as the listener allows. Counts also as the cause of another exception, and may be extended. A {@link ListenerErrorHandler} is
 * asked first.
 *
 * <p>Thrown by a batch listener it is about all messages of the batch; as the cause in a {@link BatchFailedException} it is about those that this names.
 */
public class RetryAfterException extends DecidingException {

    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /**
     * There is no other exception.
     *
     * @param delay the broker waits, see {@link ConsumeOutcome#retryAfter} for how exactly. In order it is 10 ms to 30 s
     */
    public RetryAfterException(Duration delay, String message) {
        this(delay, message, null);
    }

    /** There is another exception. */
    public RetryAfterException(Duration delay, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.delay = delay.isNegative() ? Duration.ZERO : delay;
    }

    @Override
    final ConsumeOutcome outcome() {
        return ConsumeOutcome.retryAfter(delay);
    }
}
