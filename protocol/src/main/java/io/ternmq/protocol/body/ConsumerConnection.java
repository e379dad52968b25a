package io.ternmq.protocol.body;

import java.util.Map;
import java.util.Set;

/** Body of the answer to GET_CONSUMER_CONNECTION_LIST (code 203): who of a group is online, and what the group subscribes to. */
public record ConsumerConnection(
        Set<ClientConnectionData> connectionSet,
        Map<String, SubscriptionData> subscriptionTable,
        String consumeType,
        String messageModel,
        String consumeFromWhere) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumerConnection {
        connectionSet = connectionSet == null ? Set.of() : connectionSet;
        subscriptionTable = subscriptionTable == null ? Map.of() : subscriptionTable;
        consumeType = consumeType == null ? "" : consumeType;
        messageModel = messageModel == null ? "" : messageModel;
        consumeFromWhere = consumeFromWhere == null ? "" : consumeFromWhere;
    }
}
