package io.ternmq.client.internal.receive;

import io.ternmq.client.MQClientException;
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
     * Reads a tag expression.
     *
     * @param version rises with each change, so that brokers know the latest; milliseconds since the epoch
     */
    static <L> Subscription<L> of(String topic, String expression, @Nullable L listener, long version) {
        String fault = ResourceNames.findTopicFault(topic);
        if (fault != null) {
            throw new MQClientException(fault);
        }
        SubscriptionData data = SubscriptionData.ofTags(topic, expression, version);
        if (data.isAll() && expression.contains("|")) {
            throw new MQClientException("the subscription names no tag: topic=" + topic + ", expression=" + expression
                    + "; write * for all messages, or tags separated by ||");
        }
        return new Subscription<>(data, listener);
    }

    /** Whether a message has a wanted tag; brokers compare hashes only, so this has the last word. */
    boolean wants(StoredMessage message) {
        if (data.isAll()) {
            return true;
        }
        String tag = MessageProperties.get(message.properties(), PropertyNames.TAGS);
        return tag != null && data.tagsSet().contains(tag);
    }
}
