package io.ternmq.spring.support;

import io.ternmq.client.StartPosition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Reads start positions as properties and annotations write them. */
public final class StartPositions {

    private StartPositions() {}

    /**
     * Reads {@code latest}, {@code earliest} or a point in time such as {@code 2026-01-31T08:00:00Z}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static StartPosition parse(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "latest" -> StartPosition.latest();
            case "earliest" -> StartPosition.earliest();
            default -> StartPosition.at(instant(text.trim()));
        };
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "illegal start position: " + text
                            + "; it must be latest, earliest or a point in time such as 2026-01-31T08:00:00Z",
                    e);
        }
    }
}
