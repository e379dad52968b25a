package io.ternmq.broker.filter;

import io.ternmq.broker.store.MessageFilter;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.ResourceNames;

/** Finds the filter of a subscription by its kind of expression. */
public final class Filters {
    private Filters() {}

    /**
     * Compiles a subscription.
     *
     * @throws FilterException if its expression cannot be read, or is of a kind that is not known
     */
    public static MessageFilter compile(SubscriptionData subscription) throws FilterException {
        if (subscription.isTagFilter()) {
            return TagFilter.of(subscription);
        }
        return compile(subscription.expressionType(), subscription.topic(), subscription.subString());
    }

    /**
     * Compiles an expression that is not about tags.
     *
     * @throws FilterException if the expression cannot be read, or is of a kind that is not known
     */
    public static MessageFilter compile(String expressionType, String topic, String expression) throws FilterException {
        if (ResourceNames.isRetryTopic(topic)) {
            // What a group has failed at is its own, whatever its expression says.
            return MessageFilter.ALL;
        }
        if (expressionType.equals(SubscriptionData.SQL92)) {
            return SqlFilter.compile(expression);
        }
        throw new FilterException("kind of filter expression is not known: expressionType=" + expressionType
                + ", topic=" + topic + "; use TAG or SQL92");
    }
}
