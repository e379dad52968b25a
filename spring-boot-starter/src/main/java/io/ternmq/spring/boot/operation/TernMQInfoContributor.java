package io.ternmq.spring.boot.operation;

import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.doctor.Doctor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells which clusters the application uses, and which groups it consumes with. */
final class TernMQInfoContributor implements InfoContributor {

    private final Clusters clusters;
    private final ListenerRegistry listeners;
    private final Doctor doctor;

    TernMQInfoContributor(Clusters clusters, ListenerRegistry listeners, Doctor doctor) {
        this.clusters = clusters;
        this.listeners = listeners;
        this.doctor = doctor;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, Object> details = new TreeMap<>();
        for (String cluster : clusters.names()) {
            List<String> groups = listeners.containers().stream()
                    .filter(listener -> doctor.clusterOf(listener).equals(cluster))
                    .map(listener -> listener.config().groupId())
                    .sorted()
                    .toList();
            details.put(cluster, Map.of("nameServers", clusters.client(cluster).nameServers(), "groups", groups));
        }
        builder.withDetail("ternmq", details);
    }
}
