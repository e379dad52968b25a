package io.ternmq.broker.schedule;

import io.ternmq.broker.store.NewMessage;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The delay levels: 1 s, 5 s, 10 s, 30 s, 1 to 10 min, 20 min, 30 min, 1 h, 2 h, numbered from 1. Immutable. */
public final class DelayLevels {
    private static final List<Duration> STANDARD = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(4),
            Duration.ofMinutes(5),
            Duration.ofMinutes(6),
            Duration.ofMinutes(7),
            Duration.ofMinutes(8),
            Duration.ofMinutes(9),
            Duration.ofMinutes(10),
            Duration.ofMinutes(20),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2));

    private final List<Duration> delays;

    private DelayLevels(List<Duration> delays) {
        this.delays = delays;
    }

    /** Returns the levels that clients expect. */
    public static DelayLevels standard() {
        return new DelayLevels(STANDARD);
    }

    /** Returns the standard levels made shorter by a factor, so that a test of retries need not take minutes. */
    public DelayLevels dividedBy(int factor) {
        return new DelayLevels(
                delays.stream().map(delay -> delay.dividedBy(factor)).toList());
    }

    /** Returns how many levels there are. */
    public int count() {
        return delays.size();
    }

    /** Returns the delay of a level from 1 to {@link #count()}. */
    public Duration delay(int level) {
        return delays.get(level - 1);
    }

    /** Returns the message as it waits if it has a delay level, else as it is. */
    public NewMessage parkIfDelayed(NewMessage message) {
        String text = MessageProperties.get(message.properties(), PropertyNames.DELAY);
        try {
            int level = text == null ? 0 : Integer.parseInt(text.trim());
            return level > 0 ? park(message, level) : message;
        } catch (NumberFormatException e) {
            return message;
        }
    }

    /** Returns the message as it waits on a level of at least 1; a level that is too high counts as the highest. */
    public NewMessage park(NewMessage message, int level) {
        Map<String, String> properties = MessageProperties.decode(message.properties());
        properties.put(PropertyNames.REAL_TOPIC, message.topic());
        properties.put(PropertyNames.REAL_QID, Integer.toString(message.queueId()));
        return new NewMessage(
                ResourceNames.SCHEDULE_TOPIC,
                Math.min(level, count()) - 1,
                message.flag(),
                message.sysFlag(),
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes(),
                message.preparedTransactionOffset(),
                MessageProperties.encode(properties),
                message.body());
    }
}
