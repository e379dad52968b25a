package io.ternmq.client;

import java.util.Set;

/**
 * Queues that a consumer has no more.
 *
 * @param group the consumer's group
 * @param queues which, at least one
 * @param lost whether it has lost them without giving them up, because its lock is another's or the topic is gone: then others may be at them
 *     already, and the broker is not asked to keep what it did since the last commit
 */
public record Revocation(String group, Set<TopicPartition> queues, boolean lost) {

    public Revocation {
        queues = Set.copyOf(queues);
    }
}
