package io.ternmq.stream.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.Expression;

/**
 * What can be set about an output binding beyond what Spring Cloud Stream knows of any binder. Expressions are evaluated for each message, before its payload is
 * converted if the binding's channel is what converts it; a header of the same meaning that the message has counts before them.
 */
public class TernMQProducerProperties {

    private static final String KEY = "spring.cloud.stream.ternmq.bindings.<name>.producer.";

    /**
     * Whether the sender waits for the broker (sync), does not wait (async), or does not even learn of failures (oneway).
     */
    private SendMode sendMode = SendMode.SYNC;

    /**
     * Tag of all messages that have none in their header ternmq_tags.
     */
    private @Nullable String tag;

    /**
     * Tag of a message (SpEL), such as headers['region'].
     */
    private @Nullable Expression tagExpression;

    /**
     * Business keys of a message (SpEL): a text, or a collection of them.
     */
    private @Nullable Expression keysExpression;

    /**
     * Key whose messages stay in order (SpEL), such as headers['orderId']; the broker's own way of partitioning.
     */
    private @Nullable Expression shardingKeyExpression;

    /**
     * How long all messages wait before they are delivered.
     */
    private @Nullable Duration delay;

    /**
     * When a message is delivered (SpEL): a Duration or milliseconds from now, or an Instant.
     */
    private @Nullable Expression delayExpression;

    /**
     * Group of the producer; by default the name of the application and of the binding.
     */
    private @Nullable String group;

    /**
     * Name of the LocalTransactionChecker bean that tells what has become of a local transaction; makes the binding
     * transactional.
     */
    private @Nullable String transactionChecker;

    /**
     * Name of the LocalTransactionExecuter bean that runs the local transaction of each message.
     */
    private @Nullable String transactionExecuter;

    /**
     * Time after which a send has succeeded or failed, all tries together.
     */
    private Duration sendTimeout = Duration.ofSeconds(3);

    /**
     * How many further queues a send tries after the first; never if messages have a partition or a sharding key.
     */
    private int retries = 2;

    /**
     * How many queues the topic gets if it is created; by default that of the binder, but at least the partition count.
     */
    private @Nullable Integer queues;

    public SendMode getSendMode() {
        return sendMode;
    }

    public void setSendMode(SendMode sendMode) {
        this.sendMode = sendMode;
    }

    public @Nullable String getTag() {
        return tag;
    }

    public void setTag(@Nullable String tag) {
        this.tag = tag;
    }

    public @Nullable Expression getTagExpression() {
        return tagExpression;
    }

    public void setTagExpression(@Nullable Expression tagExpression) {
        this.tagExpression = tagExpression;
    }

    public @Nullable Expression getKeysExpression() {
        return keysExpression;
    }

    public void setKeysExpression(@Nullable Expression keysExpression) {
        this.keysExpression = keysExpression;
    }

    public @Nullable Expression getShardingKeyExpression() {
        return shardingKeyExpression;
    }

    public void setShardingKeyExpression(@Nullable Expression shardingKeyExpression) {
        this.shardingKeyExpression = shardingKeyExpression;
    }

    public @Nullable Duration getDelay() {
        return delay;
    }

    public void setDelay(@Nullable Duration delay) {
        this.delay = delay == null ? null : Checks.positive(KEY + "delay", delay);
    }

    public @Nullable Expression getDelayExpression() {
        return delayExpression;
    }

    public void setDelayExpression(@Nullable Expression delayExpression) {
        this.delayExpression = delayExpression;
    }

    public @Nullable String getGroup() {
        return group;
    }

    public void setGroup(@Nullable String group) {
        this.group = Checks.name(KEY + "group", group);
    }

    public @Nullable String getTransactionChecker() {
        return transactionChecker;
    }

    public void setTransactionChecker(@Nullable String transactionChecker) {
        this.transactionChecker = transactionChecker;
    }

    public @Nullable String getTransactionExecuter() {
        return transactionExecuter;
    }

    public void setTransactionExecuter(@Nullable String transactionExecuter) {
        this.transactionExecuter = transactionExecuter;
    }

    public Duration getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(Duration sendTimeout) {
        this.sendTimeout = Checks.positive(KEY + "send-timeout", sendTimeout);
    }

    public int getRetries() {
        return retries;
    }

    public void setRetries(int retries) {
        this.retries = Checks.range(KEY + "retries", retries, 0, 100);
    }

    public @Nullable Integer getQueues() {
        return queues;
    }

    public void setQueues(@Nullable Integer queues) {
        this.queues = queues == null ? null : Checks.range(KEY + "queues", queues, 1, 65_535);
    }
}
