package io.ternmq.client.admin;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How a broker is.
 *
 * @param name the broker's name
 * @param address the address that was asked
 * @param figures all that it tells, by the names of genuine brokers
 */
public record BrokerStatus(String name, String address, Map<String, String> figures) {

    public BrokerStatus {
        figures = Map.copyOf(figures);
    }

    /** Its release, such as {@code V5_3_3}, or an empty text. */
    public String version() {
        return figures.getOrDefault("brokerVersionDesc", "");
    }

    /** When it was started, if it tells. */
    public Optional<Instant> startedAt() {
        return number("bootTimestamp").stream()
                .mapToObj(millis -> Instant.ofEpochMilli((long) millis))
                .findFirst();
    }

    /** Messages stored in each second of the last ten, if it tells. */
    public OptionalDouble storedPerSecond() {
        return number("putTps");
    }

    /** Messages delivered in each second of the last ten, if it tells. */
    public OptionalDouble deliveredPerSecond() {
        return number("getTransferredTps");
    }

    /** Used share of the volume with the messages, between 0 and 1, if it tells. */
    public OptionalDouble diskUsed() {
        return number("commitLogDiskRatio");
    }

    private OptionalDouble number(String name) {
        String text = figures.getOrDefault(name, "").trim();
        int end = text.indexOf(' ');
        try {
            return OptionalDouble.of(Double.parseDouble(end < 0 ? text : text.substring(0, end)));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** All figures, in the order of their names. */
    @Override
    public String toString() {
        return name + " at " + address + ": " + new TreeMap<>(figures);
    }
}
