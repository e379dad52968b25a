package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.positive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The watch over listeners, {@code ternmq.watch.*}.
 *
 * @param enabled Whether backlogs are asked for from time to time, and listeners that stall are explained in the log.
 * @param interval How often the watch looks; each time it asks the cluster one question for each listener.
 * @param stallAfter How long a listener that is behind may do nothing before it counts as stalled, and how long a call of its
 *     method may take before it counts as stuck.
 * @param idleAfter How long a listener has nothing to do before the application gets a ListenerIdleEvent; by default it gets none.
 */
public record WatchProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("30s") Duration interval,
        @DefaultValue("2m") Duration stallAfter,
        @Nullable Duration idleAfter) {

    public WatchProperties {
        positive("ternmq.watch.interval", interval);
        positive("ternmq.watch.stall-after", stallAfter);
        if (idleAfter != null) {
            positive("ternmq.watch.idle-after", idleAfter);
        }
    }
}
