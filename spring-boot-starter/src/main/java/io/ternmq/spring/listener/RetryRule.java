package io.ternmq.spring.listener;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a message comes again after certain exceptions.
 *
 * @param on the exceptions, with their subclasses
 * @param delays the delay after the first failure, the second, and so on; the last one is for all further; none to leave it to the broker, whose delay grows
 * @param times how often it comes again at most; 0 for never; {@code null} for as often as the listener allows
 */
public record RetryRule(
        List<Class<? extends Throwable>> on,
        List<Duration> delays,
        @Nullable Integer times) {

    /** Whoever names these has what may succeed another time in mind. */
    private static final Set<Class<?>> UNSPECIFIC = Set.of(Exception.class, RuntimeException.class, Throwable.class);

    public RetryRule {
        on = List.copyOf(on);
        delays = List.copyOf(delays);
    }

    /** How near the rule is to what was thrown: 0 if it names its very class; -1 if it is not for it. */
    int distance(ListenerFailure failure) {
        int distance = 0;
        for (Class<?> type = failure.cause().getClass(); type != null; type = type.getSuperclass(), distance++) {
            if (failure.fatal() && UNSPECIFIC.contains(type)) {
                return -1;
            }
            if (on.contains(type)) {
                return distance;
            }
        }
        return -1;
    }

    @Nullable
    Duration delayAfter(int failures) {
        return delays.isEmpty() ? null : delays.get(Math.min(failures, delays.size() - 1));
    }
}
