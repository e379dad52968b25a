package io.ternmq.spring.core;

import io.ternmq.client.ExpressionType;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageSelector;
import java.util.Objects;

/**
 * A topic and the messages of it that a consumer bean ({@link ConsumerBean} and its kin) wants; a key of its subscription table. A bean with setters, so
 * that XML can make it; do not change it once it is in a table.
 */
public final class Subscription {

    private String topic = "";
    private String expression = "*";
    private ExpressionType type = ExpressionType.TAG;

    /** A subscription to be filled by setters. */
    public Subscription() {}

    /**
     * Makes a subscription.
     *
     * @param topic the topic
     * @param expression {@code *} for all messages, or tags separated by {@code ||}
     */
    public Subscription(String topic, String expression) {
        this.topic = topic;
        this.expression = expression;
    }

    static Subscription of(String topic, MessageSelector selector) {
        Subscription subscription = new Subscription(topic, selector.getSubExpression());
        subscription.type = selector.getType();
        return subscription;
    }

    MessageSelector selector() {
        return type == ExpressionType.SQL92 ? MessageSelector.bySql(expression) : MessageSelector.byTag(expression);
    }

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = topic;
    }

    /** {@code *} for all messages, which is the default, or tags separated by {@code ||}; with type SQL92 a condition over properties. */
    public String getExpression() {
        return expression;
    }

    public void setExpression(String expression) {
        this.expression = expression;
    }

    /** What the expression is: TAG, which is the default, or SQL92. */
    public ExpressionType getType() {
        return type;
    }

    public void setType(ExpressionType type) {
        this.type = type;
    }

    void check() {
        if (topic.isBlank()) {
            throw new MQClientException(
                    "subscription has no topic: topic=" + topic + ", expression=" + expression + "; set its topic");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subscription that
                && topic.equals(that.topic)
                && expression.equals(that.expression)
                && type == that.type;
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, expression, type);
    }

    @Override
    public String toString() {
        return "Subscription[topic=" + topic + ", expression=" + expression + ", type=" + type + "]";
    }
}
