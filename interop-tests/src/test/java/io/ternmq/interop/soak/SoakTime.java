package io.ternmq.interop.soak;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long to soak: the system property {@code ternmq.soak}, such as {@code 90s}, {@code 30m} or {@code 8h}; two minutes without it. */
final class SoakTime {
    private static final String PROPERTY = "ternmq.soak";
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([smh])");

    private SoakTime() {}

    static Duration wanted() {
        return parse(System.getProperty(PROPERTY, "2m"));
    }

    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a time to soak: " + PROPERTY + "=" + text + "; write a number and s, m or h, such as 30m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
