package io.ternmq.client.internal.codec;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.PropertyNames;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What makes a message a half message.
 *
 * @param group whom the broker asks about it
 * @param immunity when at the earliest; {@code null} leaves it to the broker
 */
public record HalfMark(String group, @Nullable Duration immunity) {

    private static final int MOST_SECONDS = 7 * 24 * 60 * 60;

    /**
     * The properties that the message gets.
     *
     * @throws MQClientException with code 13 if the message gives an immunity time that is out of range
     */
    public Map<String, String> properties(Message message) {
        String seconds = immunitySeconds(message);
        return seconds == null
                ? Map.of(PropertyNames.TRAN_MSG, "true", PropertyNames.PGROUP, group)
                : Map.of(
                        PropertyNames.TRAN_MSG,
                        "true",
                        PropertyNames.PGROUP,
                        group,
                        PropertyNames.CHECK_IMMUNITY_TIME,
                        seconds);
    }

    /** The seconds that the broker is told, or {@code null}; the message's own come before those of its producer. */
    private @Nullable String immunitySeconds(Message message) {
        if (message.hasUserProperties()) {
            for (String name : message.getUserProperties().stringPropertyNames()) {
                if (isImmunity(name)) {
                    return checked(name, message.getUserProperties().getProperty(name));
                }
            }
        }
        return immunity == null ? null : Long.toString(Math.max(1, immunity.toSeconds()));
    }

    /** Whether a user property is one of the two names of the immunity time. */
    static boolean isImmunity(String name) {
        return name.equalsIgnoreCase(PropertyKeyConst.CheckImmunityTimeInSeconds)
                || name.equals(PropertyNames.CHECK_IMMUNITY_TIME);
    }

    private static String checked(String name, String value) {
        try {
            int seconds = Integer.parseInt(value.trim());
            if (seconds >= 1 && seconds <= MOST_SECONDS) {
                return Integer.toString(seconds);
            }
        } catch (NumberFormatException e) {
            // Refused like a number that is out of range.
        }
        throw new MQClientException(
                ResponseCode.MESSAGE_ILLEGAL.number(),
                "illegal value: " + name + "=" + value + "; it must be a number of seconds between 1 and "
                        + MOST_SECONDS);
    }
}
