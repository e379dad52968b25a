package io.ternmq.spring.boot.operation;

import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.doctor.Backlog;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.ListenerWatch;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of one cluster: it answers, the listeners that should run do, and none of them is too far behind. How far they are behind is
 * what the watch has learned last; the rest is asked for each time.
 */
final class ClusterHealthIndicator extends AbstractHealthIndicator {

    /** Of a listener that should run and does not. */
    private static final String MISSED = "not running";

    private final String cluster;
    private final Clusters clusters;
    private final ListenerRegistry listeners;
    private final Doctor doctor;
    private final @Nullable ListenerWatch watch;
    private final long backlogThreshold;

    ClusterHealthIndicator(
            String cluster,
            Clusters clusters,
            ListenerRegistry listeners,
            Doctor doctor,
            @Nullable ListenerWatch watch,
            long backlogThreshold) {
        super("TernMQ cluster does not answer: cluster=" + cluster);
        this.cluster = cluster;
        this.clusters = clusters;
        this.listeners = listeners;
        this.doctor = doctor;
        this.watch = watch;
        this.backlogThreshold = backlogThreshold;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("nameServers", clusters.client(cluster).nameServers());
        int brokers = clusters.admin(cluster).brokers().size();
        builder.withDetail("brokers", brokers);
        builder.up();
        Map<String, Object> details = new LinkedHashMap<>();
        for (ListenerContainer listener : listeners.containers()) {
            if (doctor.clusterOf(listener).equals(cluster)) {
                details.put(listener.id(), describe(listener, builder));
            }
        }
        if (!details.isEmpty()) {
            builder.withDetail("listeners", details);
        }
    }

    private Map<String, Object> describe(ListenerContainer listener, Health.Builder builder) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("group", listener.config().groupId());
        String state = state(listener);
        details.put("state", state);
        if (state.equals(MISSED)) {
            builder.down();
        }
        Optional<Backlog> backlog = watch == null ? Optional.empty() : watch.backlog(listener.id());
        backlog.ifPresent(known -> {
            details.put("backlog", known.messages());
            if (backlogThreshold > 0 && known.messages() > backlogThreshold) {
                details.put("backlogThreshold", backlogThreshold);
                builder.down();
            }
        });
        return details;
    }

    /** Who has stopped or paused a listener wanted it so. */
    private static String state(ListenerContainer listener) {
        if (listener.isRunning()) {
            return listener.isPaused() ? "paused" : "running";
        }
        return listener.isWanted() ? MISSED : "stopped";
    }
}
