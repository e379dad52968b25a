package io.ternmq.spring.provisioning;

import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.core.Clusters;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a cluster what an application wants of it, once, as far as the mode says. Blocks while it asks. */
final class Attempt {

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    private final Clusters clusters;
    private final Wanted wanted;
    private final ProvisioningMode mode;
    private final boolean dryRun;
    /** Whether listeners may have joined their groups, which makes those that are missing. */
    private volatile boolean late;

    Attempt(Clusters clusters, Wanted wanted, ProvisioningMode mode, boolean dryRun) {
        this.clusters = clusters;
        this.wanted = wanted;
        this.mode = mode;
        this.dryRun = dryRun;
    }

    /** Whether a failure is one that passes when somebody starts the cluster or mends the network. */
    static boolean isAway(Throwable failure) {
        return failure instanceof MQClientException answer && answer.getResponseCode() == MQClientException.NO_RESPONSE;
    }

    String cluster() {
        return wanted.cluster();
    }

    /** The application goes on, and may use the cluster from now on; also said while an attempt is running. */
    void goOnWithout() {
        late = true;
    }

    /**
     * Does it. What has been done when it fails is not done again.
     *
     * @param answered called whenever the cluster has answered
     * @throws MQClientException if the cluster is away or refuses
     * @throws ProvisioningException if there is a difference, and the mode is to insist
     */
    void run(Runnable answered) {
        AdminClient admin = clusters.admin(wanted.cluster());
        List<Difference> differences = new Differences(admin, answered).find(wanted);
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
        for (TopicSpec topic : wanted.topics()) {
            find(differences, "topic " + topic.name())
                    .ifPresent(difference -> settle(difference, false, () -> admin.createTopic(topic)));
        }
        for (GroupSpec group : wanted.groups()) {
            find(differences, "group " + group.name())
                    .ifPresent(difference -> settle(
                            difference, late && isMadeByListeners(admin, group), () -> admin.createGroup(group)));
        }
    }

    private static Optional<Difference> find(List<Difference> differences, String what) {
        return differences.stream()
                .filter(difference -> difference.what().equals(what))
                .findFirst();
    }

    /** A group that nobody has settled has the settings that a broker gives to one whose members it does not know. */
    private static boolean isMadeByListeners(AdminClient admin, GroupSpec group) {
        return admin.group(group.name()).equals(Optional.of(GroupSpec.of(group.name())));
    }

    private void settle(Difference difference, boolean ours, Runnable change) {
        if (difference.missing()) {
            change.run();
            LOG.info("Created: {}", difference);
        } else if (ours || mode == ProvisioningMode.UPDATE) {
            change.run();
            LOG.info("Changed: {}", difference);
        } else {
            LOG.warn("Left as it is (ternmq.provisioning.mode=update would change it): {}", difference);
        }
    }
}
