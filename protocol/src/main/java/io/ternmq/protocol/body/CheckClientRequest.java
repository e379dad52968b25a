package io.ternmq.protocol.body;

import org.jspecify.annotations.Nullable;

/** Body of CHECK_CLIENT_CONFIG (code 46). */
public record CheckClientRequest(
        String clientId,
        String group,
        SubscriptionData subscriptionData,
        @Nullable String namespace) {}
