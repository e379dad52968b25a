package io.ternmq.client.admin;

import java.util.List;

/**
 * The members of a consumer group that are online.
 *
 * @param group the group's name
 * @param clients who is online, by client id
 * @param subscriptions what the group subscribes to, by topic
 * @param consumeType how it consumes, such as {@code CONSUME_PASSIVELY} for pushed messages
 * @param messageModel {@code CLUSTERING} or {@code BROADCASTING}
 * @param consumeFromWhere where it starts if it is new, such as {@code CONSUME_FROM_LAST_OFFSET}
 */
public record GroupMembers(
        String group,
        List<ClientInfo> clients,
        List<SubscriptionInfo> subscriptions,
        String consumeType,
        String messageModel,
        String consumeFromWhere) {

    public GroupMembers {
        clients = List.copyOf(clients);
        subscriptions = List.copyOf(subscriptions);
    }
}
