package io.ternmq.broker.schedule;

import io.ternmq.broker.base.Clock;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a message is due, by its properties. A delay level counts first, then {@code TIMER_DELAY_SEC}, {@code TIMER_DELAY_MS},
 * {@code TIMER_DELIVER_MS} and {@code __STARTDELIVERTIME}. All instants are epoch milliseconds of the broker's clock. Safe for any
 * thread.
 */
final class DeliveryTimes {
    /** The instant of a message that is due now. */
    static final long AT_ONCE = 0;

    private final DelayLevels levels;
    private final Duration maxDelay;
    private final Clock clock;

    DeliveryTimes(DelayLevels levels, Duration maxDelay, Clock clock) {
        this.levels = levels;
        this.maxDelay = maxDelay;
        this.clock = clock;
    }

    /**
     * Returns when a message with these properties is due; {@link #AT_ONCE} if it names no time or one in the past.
     *
     * @throws CommandException with code 13 if the time cannot be read or is too far ahead
     */
    long of(String properties) throws CommandException {
        int level = level(MessageProperties.get(properties, PropertyNames.DELAY));
        if (level > 0) {
            return afterLevel(level);
        }
        String name = PropertyNames.TIMER_DELAY_SEC;
        String text = MessageProperties.get(properties, name);
        if (text != null) {
            return after(millis(number(name, text)));
        }
        name = PropertyNames.TIMER_DELAY_MS;
        text = MessageProperties.get(properties, name);
        if (text != null) {
            return after(number(name, text));
        }
        name = PropertyNames.TIMER_DELIVER_MS;
        text = MessageProperties.get(properties, name);
        if (text == null) {
            name = PropertyNames.START_DELIVER_TIME;
            text = MessageProperties.get(properties, name);
        }
        return text == null ? AT_ONCE : at(number(name, text));
    }

    /** Returns the instant at the end of a delay level; a level above the highest counts as the highest. */
    long afterLevel(int level) {
        return clock.millis() + levels.delay(level).toMillis();
    }

    /**
     * Returns the instant after a delay in milliseconds.
     *
     * @throws CommandException with code 13 if that is too far ahead
     */
    long after(long delay) throws CommandException {
        if (delay <= 0) {
            return AT_ONCE;
        }
        long now = clock.millis();
        return at(delay > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delay);
    }

    /**
     * Returns an instant as it counts: {@link #AT_ONCE} if it is not in the future.
     *
     * @throws CommandException with code 13 if it is too far ahead
     */
    long at(long instant) throws CommandException {
        long now = clock.millis();
        if (instant <= now) {
            return AT_ONCE;
        }
        if (instant - now > maxDelay.toMillis()) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "delivery time is too far ahead: deliverAt=" + instant + ", delayMillis=" + (instant - now)
                            + ", max-delay=" + maxDelay
                            + "; choose an earlier time, or start the broker with a larger max-delay");
        }
        return instant;
    }

    private static int level(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long millis(long seconds) {
        return seconds > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : Math.max(seconds, 0) * 1000;
    }

    private static long number(String name, String text) throws CommandException {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "delivery time is not a whole number: property=" + name + ", value=" + text
                            + "; give epoch milliseconds, or a delay in the property's unit");
        }
    }
}
