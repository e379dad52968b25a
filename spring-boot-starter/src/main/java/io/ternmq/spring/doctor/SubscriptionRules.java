package io.ternmq.spring.doctor;

import io.ternmq.client.ExpressionType;
import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.SubscriptionInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the group agrees on what it wants, whether there is any of it, and how much. */
final class SubscriptionRules {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionRules.class);

    static final List<Rule> ALL =
            List.of(SubscriptionRules::differs, SubscriptionRules::filterExcludes, SubscriptionRules::progress);

    /** Each other member is asked, which takes a moment, or ten seconds if it does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SubscriptionRules() {}

    /** What is wanted here is known; the others are asked, as many as answer in some seconds. */
    static Optional<Finding> differs(Case patient) {
        Map<String, String> mine = new TreeMap<>();
        patient.listener()
                .subscriptions()
                .forEach((topic, selector) ->
                        mine.put(topic, comparable(selector.getType().name(), selector.getSubExpression())));
        String own = patient.state().map(state -> state.clientId()).orElse("");
        List<String> others = patient.members().map(GroupMembers::clients).orElse(List.of()).stream()
                .map(ClientInfo::clientId)
                .filter(clientId -> !clientId.equals(own))
                .toList();
        Map<String, Map<String, String>> different = new TreeMap<>();
        int asked = 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (String other : others) {
            if (System.nanoTime() - end >= 0) {
                break;
            }
            asked++;
            wanted(patient.admin(), patient.group(), other)
                    .filter(wanted -> !wanted.equals(mine))
                    .ifPresent(wanted -> different.put(other, wanted));
        }
        return different.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.SUBSCRIPTION_DIFFERS,
                        "members of the group subscribe differently: group=" + patient.group() + ", here=" + mine
                                + ", others=" + different + ", asked=" + asked + " of " + others.size(),
                        "a message goes to one member, whichever: let all members subscribe alike, or give each kind"
                                + " its own group"));
    }

    /** Nothing if it does not answer: it may have left meanwhile. */
    private static Optional<Map<String, String>> wanted(AdminClient admin, String group, String clientId) {
        try {
            return Optional.of(admin.consumer(group, clientId, false).subscriptions().stream()
                    .filter(subscription -> !subscription.topic().startsWith("%"))
                    .collect(Collectors.toMap(
                            SubscriptionInfo::topic,
                            subscription -> comparable(subscription.type(), subscription.expression()),
                            (a, b) -> a,
                            TreeMap::new)));
        } catch (MQClientException e) {
            LOG.debug("a member does not say what it wants: group={}, clientId={}", group, clientId, e);
            return Optional.empty();
        }
    }

    /** Tags are the same in whatever order they are written. */
    private static String comparable(String type, String expression) {
        return type.equals(ExpressionType.TAG.name())
                ? Arrays.stream(expression.split("\\|\\|"))
                        .map(String::trim)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(" || "))
                : type + " " + expression;
    }

    /**
     * A group that was given messages of the topic lately wants some of them, even if they are not among those looked at; {@link #progress} tells
     * those facts then.
     */
    static Optional<Finding> filterExcludes(Case patient) {
        return patient.excluding()
                .filter(sample -> patient.admin()
                                .delivered(patient.group(), sample.topic())
                                .lastHour()
                                .messages()
                        == 0)
                .findFirst()
                .map(sample -> new Finding(
                        Cause.FILTER_EXCLUDES,
                        "the listener wants none of the messages: " + sample,
                        "check the tags of the listener and of the senders, letter by letter"));
    }

    /** How far the group is; the last answer, if nothing else was found. */
    static Optional<Finding> progress(Case patient) {
        GroupProgress progress = patient.admin().progress(patient.group());
        long lag = progress.lag();
        String none = patient.excluding()
                .map(sample -> ", none wanted of those looked at: " + sample)
                .collect(Collectors.joining());
        return Optional.of(
                lag == 0
                        ? new Finding(
                                Cause.AT_END,
                                "everything is consumed: group=" + patient.group() + ", queues="
                                        + progress.queues().size() + none,
                                "")
                        : new Finding(
                                Cause.BEHIND,
                                "the listener consumes, and is behind: group=" + patient.group() + ", messages=" + lag
                                        + ", consumedPerSecond=" + progress.consumedPerSecond() + none,
                                ""));
    }
}
