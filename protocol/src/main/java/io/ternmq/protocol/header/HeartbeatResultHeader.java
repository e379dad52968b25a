package io.ternmq.protocol.header;

import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of the answer to a heartbeat (code 34).
 *
 * @param needsSubscriptions whether the broker does not know the client's subscriptions and needs a full heartbeat
 * @param subscriptionConflict in words, how members of the client's groups subscribe differently, or {@code null}; a field of TernMQ's own, which others ignore
 */
public record HeartbeatResultHeader(
        boolean needsSubscriptions, @Nullable String subscriptionConflict) {
    private static final String IS_SUB_CHANGE = "IS_SUB_CHANGE";
    private static final String SUBSCRIPTION_CONFLICT = "subscriptionConflict";

    /** Reads the fields. */
    public static HeartbeatResultHeader decode(Fields fields) {
        return new HeartbeatResultHeader(fields.getBoolean(IS_SUB_CHANGE), fields.get(SUBSCRIPTION_CONFLICT));
    }

    /** Returns the fields. */
    public Fields encode() {
        if (!needsSubscriptions && subscriptionConflict == null) {
            return Fields.empty();
        }
        return Fields.builder()
                .put(IS_SUB_CHANGE, needsSubscriptions ? "true" : null)
                .put(SUBSCRIPTION_CONFLICT, subscriptionConflict)
                .build();
    }
}
