package io.ternmq.stream.config;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.stream.inbound.ConsumerGroups;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The meter {@code ternmq.stream.lag}: how many messages of a topic a group has yet to consume, tagged {@code group} and {@code topic}, for what bindings of this application
 * consume. Brokers are asked at most every five seconds; while they do not answer, it is not a number.
 */
final class LagMeters implements ConsumerGroups.Watcher {

    /** The name of the meter. */
    static final String LAG = "ternmq.stream.lag";

    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private record Consumed(String group, String topic) {}

    private final AdminClient admin;
    private final ObjectProvider<MeterRegistry> registries;
    private final Map<Consumed, Gauge> gauges = new ConcurrentHashMap<>();

    LagMeters(AdminClient admin, ObjectProvider<MeterRegistry> registries) {
        this.admin = admin;
        this.registries = registries;
    }

    @Override
    public void joined(String group, String topic) {
        registries.ifUnique(registry -> gauges.computeIfAbsent(new Consumed(group, topic), consumed -> {
            Lag lag = new Lag(admin, consumed);
            return Gauge.builder(LAG, lag, Lag::value)
                    .description("Messages that a group has yet to consume")
                    .baseUnit("messages")
                    .strongReference(true)
                    .tag("group", group)
                    .tag("topic", topic)
                    .register(registry);
        }));
    }

    @Override
    public void left(String group, String topic) {
        Gauge gauge = gauges.remove(new Consumed(group, topic));
        if (gauge != null) {
            registries.ifUnique(registry -> registry.remove(gauge));
        }
    }

    /** A lag that was asked for a moment ago. */
    private static final class Lag {

        private final AdminClient admin;
        private final Consumed consumed;
        private @Nullable Double last;
        private long askedNanos;

        Lag(AdminClient admin, Consumed consumed) {
            this.admin = admin;
            this.consumed = consumed;
        }

        synchronized double value() {
            long now = System.nanoTime();
            Double known = last;
            if (known != null && now - askedNanos < FRESH_NANOS) {
                return known;
            }
            double asked = ask();
            last = asked;
            askedNanos = now;
            return asked;
        }

        private double ask() {
            try {
                return admin.progress(consumed.group(), consumed.topic()).lag(consumed.topic());
            } catch (MQClientException e) {
                return Double.NaN;
            }
        }
    }
}
