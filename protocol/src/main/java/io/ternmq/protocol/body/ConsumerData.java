package io.ternmq.protocol.body;

import java.util.Set;

/**
 * A consumer group that a client belongs to, and what it subscribes to.
 *
 * @param consumeType CONSUME_PASSIVELY (push), CONSUME_ACTIVELY (pull) or CONSUME_POP
 * @param messageModel CLUSTERING or BROADCASTING
 * @param consumeFromWhere where a new group starts, such as CONSUME_FROM_LAST_OFFSET
 */
public record ConsumerData(
        String groupName,
        String consumeType,
        String messageModel,
        String consumeFromWhere,
        Set<SubscriptionData> subscriptionDataSet,
        boolean unitMode) {

    /** Fills in what pull consumers and older clients leave out. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumerData {
        consumeType = consumeType == null ? "CONSUME_PASSIVELY" : consumeType;
        messageModel = messageModel == null ? "CLUSTERING" : messageModel;
        consumeFromWhere = consumeFromWhere == null ? "CONSUME_FROM_LAST_OFFSET" : consumeFromWhere;
        subscriptionDataSet = subscriptionDataSet == null ? Set.of() : subscriptionDataSet;
    }
}
