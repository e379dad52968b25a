package io.ternmq.client.admin;

/**
 * What a consumer wants of a topic.
 *
 * @param topic the topic's name
 * @param expression the filter, {@code *} for all messages
 * @param type {@code TAG} or {@code SQL92}
 */
public record SubscriptionInfo(String topic, String expression, String type) {}
