package io.ternmq.client.admin;

import io.ternmq.client.MQClientException;

/**
 * A consumer group as each broker of a cluster keeps it.
 *
 * @param name the group's name
 * @param consumeEnabled whether its members get messages
 * @param broadcastEnabled whether its members may consume as {@link io.ternmq.client.MessageModel#BROADCASTING}
 * @param ordered whether the group consumes in order
 * @param maxRetries how often a failed message is delivered again if the consumer does not say
 * @param retryQueues how many queues the group's retry topic has
 */
public record GroupSpec(
        String name,
        boolean consumeEnabled,
        boolean broadcastEnabled,
        boolean ordered,
        int maxRetries,
        int retryQueues) {

    public GroupSpec {
        if (name.isBlank()) {
            throw new MQClientException("no group is given: name is empty; give the group a name");
        }
    }

    /** A group with the defaults: enabled, broadcasting allowed, 16 retries, one retry queue. */
    public static GroupSpec of(String name) {
        return new GroupSpec(name, true, true, false, 16, 1);
    }
}
