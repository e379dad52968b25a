package io.ternmq.spring.provisioning;

import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.core.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Compares what an application needs with what its clusters have, when the context starts, and does about the difference what
 * the mode says. A cluster that is away is announced, and left as it is; only in the mode {@link ProvisioningMode#CHECK} the
 * application does not start then. Blocks while it asks.
 */
public final class Provisioner implements SmartLifecycle {

    /** Before everything that uses topics and groups. */
    public static final int PHASE = Integer.MIN_VALUE + 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    private final Clusters clusters;
    private final Supplier<List<Wanted>> wanted;
    private final ProvisioningMode mode;
    private final boolean dryRun;
    private volatile boolean running;

    /**
     * Makes it.
     *
     * @param wanted what the application needs
     * @param dryRun whether the difference is only told, whatever the mode says
     */
    public Provisioner(Clusters clusters, Supplier<List<Wanted>> wanted, ProvisioningMode mode, boolean dryRun) {
        this.clusters = clusters;
        this.wanted = wanted;
        this.mode = mode;
        this.dryRun = dryRun;
    }

    /** What differs now, in all clusters. Changes nothing. */
    public List<Difference> differences() {
        List<Difference> differences = new ArrayList<>();
        for (Wanted one : wanted.get()) {
            differences.addAll(differences(one));
        }
        return differences;
    }

    private List<Difference> differences(Wanted wanted) {
        AdminClient admin = clusters.admin(wanted.cluster());
        List<Difference> differences = new ArrayList<>();
        for (TopicSpec topic : wanted.topics()) {
            compare(wanted.cluster(), topic, admin.topic(topic.name())).ifPresent(differences::add);
        }
        for (GroupSpec group : wanted.groups()) {
            compare(wanted.cluster(), group, admin.group(group.name())).ifPresent(differences::add);
        }
        return differences;
    }

    private static Optional<Difference> compare(String cluster, TopicSpec wanted, Optional<TopicSpec> there) {
        String what = "topic " + wanted.name();
        if (there.isEmpty()) {
            return Optional.of(new Difference(cluster, what, true, List.of()));
        }
        TopicSpec topic = there.get();
        List<String> settings = new ArrayList<>();
        compare(settings, "readQueues", topic.readQueues(), wanted.readQueues());
        compare(settings, "writeQueues", topic.writeQueues(), wanted.writeQueues());
        compare(settings, "readable", topic.readable(), wanted.readable());
        compare(settings, "writable", topic.writable(), wanted.writable());
        compare(settings, "ordered", topic.ordered(), wanted.ordered());
        return settings.isEmpty() ? Optional.empty() : Optional.of(new Difference(cluster, what, false, settings));
    }

    private static Optional<Difference> compare(String cluster, GroupSpec wanted, Optional<GroupSpec> there) {
        String what = "group " + wanted.name();
        if (there.isEmpty()) {
            return Optional.of(new Difference(cluster, what, true, List.of()));
        }
        GroupSpec group = there.get();
        List<String> settings = new ArrayList<>();
        compare(settings, "consumeEnabled", group.consumeEnabled(), wanted.consumeEnabled());
        compare(settings, "broadcastEnabled", group.broadcastEnabled(), wanted.broadcastEnabled());
        compare(settings, "ordered", group.ordered(), wanted.ordered());
        compare(settings, "maxRetries", group.maxRetries(), wanted.maxRetries());
        compare(settings, "retryQueues", group.retryQueues(), wanted.retryQueues());
        return settings.isEmpty() ? Optional.empty() : Optional.of(new Difference(cluster, what, false, settings));
    }

    private static void compare(List<String> settings, String name, Object there, Object wanted) {
        if (!Objects.equals(there, wanted)) {
            settings.add(name + ": " + there + ", wanted " + wanted);
        }
    }

    private void provision(Wanted wanted) {
        List<Difference> differences = differences(wanted);
        if (differences.isEmpty()) {
            return;
        }
        if (dryRun) {
            differences.forEach(difference -> LOG.info("Dry run, nothing is changed (mode={}): {}", mode, difference));
            return;
        }
        if (mode == ProvisioningMode.CHECK) {
            throw new ProvisioningException(differences);
        }
        AdminClient admin = clusters.admin(wanted.cluster());
        for (TopicSpec topic : wanted.topics()) {
            find(differences, "topic " + topic.name())
                    .filter(this::isToBeChanged)
                    .ifPresent(difference -> admin.createTopic(topic));
        }
        for (GroupSpec group : wanted.groups()) {
            find(differences, "group " + group.name())
                    .filter(this::isToBeChanged)
                    .ifPresent(difference -> admin.createGroup(group));
        }
        differences.forEach(this::tell);
    }

    private static Optional<Difference> find(List<Difference> differences, String what) {
        return differences.stream()
                .filter(difference -> difference.what().equals(what))
                .findFirst();
    }

    private boolean isToBeChanged(Difference difference) {
        return difference.missing() || mode == ProvisioningMode.UPDATE;
    }

    private void tell(Difference difference) {
        if (difference.missing()) {
            LOG.info("Created: {}", difference);
        } else if (mode == ProvisioningMode.UPDATE) {
            LOG.info("Changed: {}", difference);
        } else {
            LOG.warn("Left as it is (ternmq.provisioning.mode=update would change it): {}", difference);
        }
    }

    @Override
    public void start() {
        running = true;
        if (mode == ProvisioningMode.NONE) {
            return;
        }
        for (Wanted one : wanted.get()) {
            try {
                provision(one);
            } catch (MQClientException e) {
                if (mode == ProvisioningMode.CHECK || e.getResponseCode() != MQClientException.NO_RESPONSE) {
                    throw e;
                }
                LOG.warn(
                        "Topics and groups are left as they are, because the cluster is away: cluster={}, reason={}",
                        one.cluster(),
                        e.getMessage());
            }
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
