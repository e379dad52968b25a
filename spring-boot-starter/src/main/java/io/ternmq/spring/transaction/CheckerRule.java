package io.ternmq.spring.transaction;

import io.ternmq.client.LocalTransactionChecker;
import java.util.Set;

/**
 * A checker and what it answers for.
 *
 * @param name of the checker, for messages
 * @param topics whose messages it checks; empty for all
 * @param groups whose messages it checks; empty for all
 * @param checker the checker
 */
public record CheckerRule(String name, Set<String> topics, Set<String> groups, LocalTransactionChecker checker) {

    public CheckerRule {
        topics = Set.copyOf(topics);
        groups = Set.copyOf(groups);
    }

    boolean fits(String group, String topic) {
        return (groups.isEmpty() || groups.contains(group)) && (topics.isEmpty() || topics.contains(topic));
    }

    /** A topic counts more than a group, both more than one of them. */
    int rank() {
        return (topics.isEmpty() ? 0 : 2) + (groups.isEmpty() ? 0 : 1);
    }
}
