package io.ternmq.spring.provisioning;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds out what a cluster has otherwise than an application wants it. Changes nothing. */
final class Differences {

    private final AdminClient admin;
    private final Runnable answered;

    /**
     * Makes it.
     *
     * @param answered called whenever the cluster has answered
     */
    Differences(AdminClient admin, Runnable answered) {
        this.admin = admin;
        this.answered = answered;
    }

    List<Difference> find(Wanted wanted) {
        List<Difference> differences = new ArrayList<>();
        for (TopicSpec topic : wanted.topics()) {
            Optional<TopicSpec> there = admin.topic(topic.name());
            answered.run();
            compare(wanted.cluster(), topic, there).ifPresent(differences::add);
        }
        for (GroupSpec group : wanted.groups()) {
            Optional<GroupSpec> there = admin.group(group.name());
            answered.run();
            compare(wanted.cluster(), group, there).ifPresent(differences::add);
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
}
