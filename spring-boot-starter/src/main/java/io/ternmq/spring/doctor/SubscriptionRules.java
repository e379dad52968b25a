package io.ternmq.spring.doctor;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.SubscriptionInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether the group agrees on what it wants, whether there is any of it, and how much. */
final class SubscriptionRules {

    static final List<Rule> ALL =
            List.of(SubscriptionRules::differs, SubscriptionRules::filterExcludes, SubscriptionRules::progress);

    /** Each is asked, and may take ten seconds to answer. */
    private static final int MOST_MEMBERS = 4;

    private static final int SAMPLE = 64;
    private static final String TAG = "TAG";

    private SubscriptionRules() {}

    static Optional<Finding> differs(Case patient) {
        Map<String, String> mine = new TreeMap<>();
        String own = patient.state().map(state -> state.clientId()).orElse("");
        Map<String, Map<String, String>> others = new TreeMap<>();
        List<ClientInfo> clients = patient.members().map(GroupMembers::clients).orElse(List.of());
        if (clients.size() < 2) {
            return Optional.empty();
        }
        for (ClientInfo client : clients.subList(0, Math.min(clients.size(), MOST_MEMBERS))) {
            Map<String, String> wanted = wanted(patient.admin(), patient.group(), client.clientId());
            if (client.clientId().equals(own)) {
                mine.putAll(wanted);
            } else {
                others.put(client.clientId(), wanted);
            }
        }
        if (mine.isEmpty()) {
            return Optional.empty();
        }
        others.values().removeIf(mine::equals);
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.SUBSCRIPTION_DIFFERS,
                        "members of the group subscribe differently: group=" + patient.group() + ", here=" + mine
                                + ", others=" + others,
                        "a message goes to one member, whichever: let all members subscribe alike, or give each kind"
                                + " its own group"));
    }

    private static Map<String, String> wanted(AdminClient admin, String group, String clientId) {
        return admin.consumer(group, clientId, false).subscriptions().stream()
                .filter(subscription -> !subscription.topic().startsWith("%"))
                .collect(Collectors.toMap(
                        SubscriptionInfo::topic, SubscriptionInfo::expression, (a, b) -> a, TreeMap::new));
    }

    /** Only tags can be compared here; a condition in SQL is the broker's to evaluate. */
    static Optional<Finding> filterExcludes(Case patient) {
        List<Finding> findings = new ArrayList<>();
        for (SubscriptionInfo subscription :
                patient.members().map(GroupMembers::subscriptions).orElse(List.of())) {
            String expression = subscription.expression().trim();
            if (patient.topics().contains(subscription.topic())
                    && TAG.equals(subscription.type())
                    && !expression.isEmpty()
                    && !expression.equals("*")) {
                excluded(patient, subscription.topic(), expression).ifPresent(findings::add);
            }
        }
        return findings.stream().findFirst();
    }

    private static Optional<Finding> excluded(Case patient, String topic, String expression) {
        Set<String> wanted = Arrays.stream(expression.split("\\|\\|"))
                .map(String::trim)
                .collect(Collectors.toCollection(TreeSet::new));
        Instant now = Instant.now();
        List<FoundMessage> sample = patient.admin()
                .queryByTime(topic, now.minusSeconds(3600), now, SAMPLE)
                .messages();
        Set<String> tags =
                sample.stream().map(found -> found.message().getTag()).collect(Collectors.toCollection(TreeSet::new));
        boolean none = !sample.isEmpty() && tags.stream().noneMatch(wanted::contains);
        return none
                ? Optional.of(new Finding(
                        Cause.FILTER_EXCLUDES,
                        "the listener wants none of the messages of the last hour: topic=" + topic + ", wanted="
                                + wanted + ", there=" + tags + ", looked at=" + sample.size(),
                        "check the tags of the listener and of the senders, letter by letter"))
                : Optional.empty();
    }

    /** How far the group is; the last answer, if nothing else was found. */
    static Optional<Finding> progress(Case patient) {
        GroupProgress progress = patient.admin().progress(patient.group());
        long lag = progress.lag();
        return Optional.of(
                lag == 0
                        ? new Finding(
                                Cause.AT_END,
                                "everything is consumed: group=" + patient.group() + ", queues="
                                        + progress.queues().size(),
                                "")
                        : new Finding(
                                Cause.BEHIND,
                                "the listener consumes, and is behind: group=" + patient.group() + ", messages=" + lag
                                        + ", consumedPerSecond=" + progress.consumedPerSecond(),
                                ""));
    }
}
