package io.ternmq.broker.group;

import io.ternmq.broker.filter.FilterException;
import io.ternmq.broker.filter.Filters;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.protocol.body.SubscriptionData;
import org.jspecify.annotations.Nullable;

/**
 * What a group wants of a topic, with its filter ready for use. Immutable.
 *
 * @param data as a member has sent it
 * @param filter the compiled expression; lets nothing through if it cannot be read
 * @param fault why the expression cannot be read, or {@code null}
 */
public record GroupSubscription(
        SubscriptionData data,
        MessageFilter filter,
        @Nullable String fault) {
    private static final MessageFilter NOTHING = tagsCode -> false;

    static GroupSubscription of(SubscriptionData data) {
        try {
            return new GroupSubscription(data, Filters.compile(data), null);
        } catch (FilterException e) {
            return new GroupSubscription(data, NOTHING, e.getMessage());
        }
    }
}
