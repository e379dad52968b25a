package io.ternmq.broker.group;

import io.ternmq.protocol.Language;
import io.ternmq.protocol.body.SubscriptionData;
import java.util.Map;

/**
 * A client that consumes in a group.
 *
 * @param clientId what it calls itself
 * @param connection how to reach it
 * @param language what it is written in
 * @param version its protocol version
 * @param subscriptions what it subscribes to, by topic
 * @param lastHeartbeat when it was last heard of, epoch milliseconds
 */
public record Member(
        String clientId,
        ClientConnection connection,
        Language language,
        int version,
        Map<String, SubscriptionData> subscriptions,
        long lastHeartbeat) {}
