package io.ternmq.broker.statistics;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.store.CommittedRecord;
import io.ternmq.broker.store.LogFollower;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a broker. What is stored is counted as the log is followed, what is delivered as pulls are answered. Nothing is kept through a
 * restart. Thread safe.
 */
public final class Statistics implements LogFollower {
    /** Time between two samples. */
    public static final Duration PERIOD = Duration.ofSeconds(10);

    static final int SAMPLES_OF_TEN_MINUTES = 60;
    static final int SAMPLES_OF_AN_HOUR = 360;

    private static final int SAMPLES_OF_A_MINUTE = 7;

    private final Clock clock;
    private final ZoneId zone;
    private final Map<String, Flow> stored = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Flow>> delivered = new ConcurrentHashMap<>();
    private final Flow allStored;
    private final Flow allDelivered;
    private final Flow emptyPulls;
    private volatile boolean counting;
    private long lastSample;
    private long samples;
    private LocalDate day;
    private volatile Mornings mornings = new Mornings(0, 0, 0, 0);

    /** Starts from zero; days begin at midnight in the given zone. */
    public Statistics(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
        long now = clock.millis();
        this.lastSample = now;
        this.day = today(now);
        this.allStored = broad(now);
        this.allDelivered = broad(now);
        this.emptyPulls = broad(now);
    }

    private static Flow broad(long now) {
        return new Flow(SAMPLES_OF_TEN_MINUTES + 1, now);
    }

    private Flow narrow(String unused) {
        return new Flow(SAMPLES_OF_A_MINUTE, clock.millis());
    }

    /** Begins to count what is stored; what the store shows before that is from before the restart. */
    public void start() {
        counting = true;
    }

    @Override
    public void follow(CommittedRecord record) {
        if (counting) {
            Flow flow = stored.get(record.topic());
            (flow == null ? stored.computeIfAbsent(record.topic(), this::narrow) : flow).add(1, record.size());
            allStored.add(1, record.size());
        }
    }

    @Override
    public void save(long position) {
        // Statistics begin anew with each start.
    }

    @Override
    public long savedUpTo() {
        return Long.MAX_VALUE;
    }

    @Override
    public void expire(long logStart) {
        // What was counted was counted.
    }

    /** Counts the answer to a pull that has brought messages. */
    public void delivered(String group, String topic, int messages, long bytes) {
        Flow flow = deliveredTo(group, topic);
        if (flow == null) {
            flow = delivered
                    .computeIfAbsent(topic, absent -> new ConcurrentHashMap<>())
                    .computeIfAbsent(group, this::narrow);
        }
        flow.add(messages, bytes);
        allDelivered.add(messages, bytes);
    }

    /** Counts the answer to a pull that has brought nothing. */
    public void deliveredNothing() {
        emptyPulls.add(0, 0);
    }

    /** Returns what was stored in a topic, or {@code null} if nothing was. */
    public @Nullable Flow storedIn(String topic) {
        return stored.get(topic);
    }

    /** Returns what was delivered of a topic to a group, or {@code null} if nothing was. */
    public @Nullable Flow deliveredTo(String group, String topic) {
        Map<String, Flow> groups = delivered.get(topic);
        return groups == null ? null : groups.get(group);
    }

    /** Returns everything that was stored. */
    public Flow allStored() {
        return allStored;
    }

    /** Returns everything that was delivered; once for each pull that has brought something. */
    public Flow allDelivered() {
        return allDelivered;
    }

    /** Returns the pulls that have brought nothing. */
    public Flow emptyPulls() {
        return emptyPulls;
    }

    /** Returns the totals at the beginning of this day and the day before. */
    public Mornings mornings() {
        return mornings;
    }

    /** Takes samples if it is time to, and forgets flows that have run dry for a day. For one thread. */
    public void sample() {
        long now = clock.millis();
        if (now - lastSample < PERIOD.toMillis() && now >= lastSample) {
            return;
        }
        lastSample = now;
        samples++;
        allStored.sample(now, samples);
        allDelivered.sample(now, samples);
        emptyPulls.sample(now, samples);
        stored.values().forEach(flow -> flow.sample(now, samples));
        delivered.values().forEach(groups -> groups.values().forEach(flow -> flow.sample(now, samples)));
        if (samples % SAMPLES_OF_AN_HOUR == 0) {
            stored.values().removeIf(flow -> isDry(flow, now));
            delivered.values().forEach(groups -> groups.values().removeIf(flow -> isDry(flow, now)));
            delivered.values().removeIf(Map::isEmpty);
        }
        LocalDate today = today(now);
        if (!today.equals(day)) {
            day = today;
            Mornings before = mornings;
            mornings = new Mornings(
                    before.storedToday, allStored.messages(), before.deliveredToday, allDelivered.messages());
        }
    }

    private static boolean isDry(Flow flow, long now) {
        return flow.lastDay(now).times() == 0;
    }

    private LocalDate today(long now) {
        return Instant.ofEpochMilli(now).atZone(zone).toLocalDate();
    }

    /** Totals of messages at midnight: at the beginning of yesterday and of today. */
    public record Mornings(long storedYesterday, long storedToday, long deliveredYesterday, long deliveredToday) {}
}
