package io.ternmq.client.internal.receive;

import io.ternmq.client.ExpressionType;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageSelector;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer wants of a topic, and who gets it.
 *
 * @param listener {@code null} for the topic of retries, whose messages go to the listeners of their own topics
 * @param <L> the kind of listener
 */
record Subscription<L>(SubscriptionData data, @Nullable L listener) {

    /**
     * Reads a subscription.
     *
     * @param version rises with each change, so that brokers know the latest; milliseconds since the epoch
     */
    static <L> Subscription<L> of(String topic, MessageSelector selector, @Nullable L listener, long version) {
        String fault = ResourceNames.findTopicFault(topic);
        if (fault != null) {
            throw new MQClientException(fault);
        }
        String expression = selector.getSubExpression();
        if (selector.getType() == ExpressionType.SQL92) {
            return new Subscription<>(SubscriptionData.ofSql(topic, expression, version), listener);
        }
        SubscriptionData data = SubscriptionData.ofTags(topic, expression, version);
        if (data.isAll() && expression.contains("|")) {
            throw new MQClientException("the subscription names no tag: topic=" + topic + ", expression=" + expression
                    + "; write * for all messages, or tags separated by ||");
        }
        return new Subscription<>(data, listener);
    }

    /** Whether a message has a wanted tag; brokers compare hashes only, so this has the last word. Over conditions brokers have it. */
    boolean wants(StoredMessage message) {
        if (data.isAll() || !data.isTagFilter()) {
            return true;
        }
        String tag = MessageProperties.get(message.properties(), PropertyNames.TAGS);
        return tag != null && data.tagsSet().contains(tag);
    }
}
