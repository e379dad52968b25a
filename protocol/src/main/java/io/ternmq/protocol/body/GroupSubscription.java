package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Body of the answer to QUERY_SUBSCRIPTION_BY_CONSUMER (code 345): what a group subscribes to of a topic. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GroupSubscription(
        String group, String topic, @Nullable SubscriptionData subscriptionData) {}
