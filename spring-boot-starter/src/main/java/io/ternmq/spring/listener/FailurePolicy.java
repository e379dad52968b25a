package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a message that failed: the error handler, then the exception if it says so itself, then the rule that is nearest to it. What can
 * never succeed is a dead letter at once unless one of them names it. Beyond the listener's limit a message becomes a dead letter in any case; doing that here
 * rather than leaving it to the broker lets every dead letter tell its reason.
 */
final class FailurePolicy {

    private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);

    private final ListenerErrorHandler handler;
    private final List<RetryRule> rules;
    private final int limit;

    /**
     * Makes a policy.
     *
     * @param limit how often a message comes again; negative: without end
     */
    FailurePolicy(ListenerErrorHandler handler, List<RetryRule> rules, int limit) {
        this.handler = handler;
        this.rules = List.copyOf(rules);
        this.limit = limit;
    }

    /** What becomes of a message whose listener threw. */
    ConsumeOutcome decide(ListenerFailure failure) {
        ConsumeOutcome outcome = ask(failure);
        if (outcome == null) {
            outcome = failure.wanted();
        }
        return limited(outcome == null ? byRules(failure) : outcome, failure.message(), reason(failure.cause()));
    }

    /** What becomes of a message that the listener asks for again without having failed. */
    ConsumeOutcome again(Message message, ConsumeOutcome wanted) {
        return limited(wanted, message, "the listener has asked for it again and again");
    }

    private @Nullable ConsumeOutcome ask(ListenerFailure failure) {
        try {
            return handler.handle(failure);
        } catch (RuntimeException e) {
            LOG.warn("Error handler failed, the defaults decide: listener={}", failure.listenerId(), e);
            return null;
        }
    }

    private ConsumeOutcome byRules(ListenerFailure failure) {
        Throwable cause = failure.cause();
        RetryRule rule = nearest(failure);
        if (rule == null) {
            return failure.fatal() ? ConsumeOutcome.deadLetter(reason(cause)) : ConsumeOutcome.retry();
        }
        int failures = failure.message().getReconsumeTimes();
        Integer times = rule.times();
        if (times != null && failures >= times) {
            return ConsumeOutcome.deadLetter(reason(cause));
        }
        Duration delay = rule.delayAfter(failures);
        return delay == null ? ConsumeOutcome.retry() : ConsumeOutcome.retryAfter(delay);
    }

    private @Nullable RetryRule nearest(ListenerFailure failure) {
        RetryRule nearest = null;
        int distance = Integer.MAX_VALUE;
        for (RetryRule rule : rules) {
            int of = rule.distance(failure);
            if (of >= 0 && of < distance) {
                nearest = rule;
                distance = of;
            }
        }
        return nearest;
    }

    private ConsumeOutcome limited(ConsumeOutcome outcome, Message message, String reason) {
        return outcome instanceof ConsumeOutcome.Retry && limit >= 0 && message.getReconsumeTimes() >= limit
                ? ConsumeOutcome.deadLetter(reason)
                : outcome;
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getName()
                : cause.getClass().getName() + ": " + cause.getMessage();
    }

    /** The exception that the listener's author would recognise. */
    static Throwable rootOf(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause instanceof InvocationTargetException
                        || cause instanceof UndeclaredThrowableException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
