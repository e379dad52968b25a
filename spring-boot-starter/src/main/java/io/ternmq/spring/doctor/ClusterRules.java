package io.ternmq.spring.doctor;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the cluster knows about the topics and the group. */
final class ClusterRules {

    static final List<Rule> ALL = List.of(
            ClusterRules::topicMissing,
            ClusterRules::topicNotReadable,
            ClusterRules::groupDisabled,
            ClusterRules::groupOffline,
            ClusterRules::noQueue);

    private ClusterRules() {}

    static Optional<Finding> topicMissing(Case patient) {
        List<String> missing = patient.topics().stream()
                .filter(topic -> patient.admin().route(topic).isEmpty())
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.TOPIC_MISSING,
                        "the cluster does not have the topic: topics=" + missing,
                        "check its name; create it, by a TopicSpec bean or by mqadmin, or let the first send create it"
                                + " where the cluster allows that"));
    }

    static Optional<Finding> topicNotReadable(Case patient) {
        List<String> closed = patient.topics().stream()
                .filter(topic -> patient.admin()
                        .topic(topic)
                        .filter(spec -> !spec.readable())
                        .isPresent())
                .toList();
        return closed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.NO_PERMISSION,
                        "the topic may not be read: topics=" + closed,
                        "give it the permission to be read, by mqadmin updateTopicPerm or AdminClient.permitTopic"));
    }

    static Optional<Finding> groupDisabled(Case patient) {
        return patient.admin()
                .group(patient.group())
                .filter(spec -> !spec.consumeEnabled())
                .map(GroupSpec::name)
                .map(group -> new Finding(
                        Cause.GROUP_DISABLED,
                        "the cluster gives the group no messages: group=" + group + ", consumeEnabled=false",
                        "enable it, by mqadmin updateSubGroup or AdminClient.createGroup"));
    }

    static Optional<Finding> groupOffline(Case patient) {
        String clientId = patient.state().map(state -> state.clientId()).orElse("");
        Optional<GroupMembers> members = patient.members();
        boolean known = members.isPresent()
                && (clientId.isEmpty()
                        || members.get().clients().stream()
                                .anyMatch(client -> client.clientId().equals(clientId)));
        return known
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.GROUP_OFFLINE,
                        "the cluster does not know this member of the group: group=" + patient.group() + ", clientId="
                                + clientId + ", members=" + clientIds(members),
                        "check that its heartbeats arrive: the connection, and clocks that jump; it makes itself known"
                                + " again within half a minute"));
    }

    static Optional<Finding> noQueue(Case patient) {
        Set<String> topics = Set.copyOf(patient.topics());
        boolean none = patient.state()
                .filter(state -> state.queues().stream()
                        .noneMatch(queue -> topics.contains(queue.queue().topic())))
                .isPresent();
        if (!none || patient.listener().config().consumeMode() == ConsumeMode.POP) {
            return Optional.empty();
        }
        int queues = patient.topics().stream()
                .map(topic -> patient.admin().topic(topic))
                .mapToInt(spec -> spec.map(TopicSpec::readQueues).orElse(0))
                .sum();
        int members = patient.members().map(all -> all.clients().size()).orElse(0);
        return Optional.of(new Finding(
                Cause.NO_QUEUE,
                "the listener has no queue: topics=" + patient.topics() + ", queues=" + queues + ", members=" + members
                        + " " + clientIds(patient.members()),
                members > queues
                        ? "a queue goes to one member: have more queues, fewer members, or let the group pop"
                        : "wait for the queues to be shared out, which takes up to 20 s"));
    }

    private static Set<String> clientIds(Optional<GroupMembers> members) {
        return members.map(all -> all.clients().stream()
                        .map(client -> client.clientId())
                        .collect(Collectors.toCollection(TreeSet::new)))
                .orElseGet(TreeSet::new);
    }
}
