package io.ternmq.stream.properties;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.MessageModel;
import io.ternmq.spring.support.StartPositions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can be set about an input binding beyond what Spring Cloud Stream knows of any binder. */
public class TernMQConsumerProperties {

    private static final String KEY = "spring.cloud.stream.ternmq.bindings.<name>.consumer.";

    /**
     * Tags of the messages that are wanted, separated by ||; * for all.
     */
    private String tags = "*";

    /**
     * Condition over message properties (SQL92) that wanted messages meet; instead of tags.
     */
    private @Nullable String sql;

    /**
     * Whether the messages of each queue are handled one after the other; by default if the binding is partitioned.
     */
    private @Nullable Boolean ordered;

    /**
     * Whether one member or every member of the group gets a message.
     */
    private MessageModel messageModel = MessageModel.CLUSTERING;

    /**
     * Whether messages come queue by queue (pull) or message by message (pop).
     */
    private ConsumeMode consumeMode = ConsumeMode.PULL;

    /**
     * Where a new group begins - earliest, latest, or a point in time such as 2026-01-31T08:00:00Z; by default earliest,
     * and latest for an anonymous group.
     */
    private @Nullable String startPosition;

    /**
     * What becomes of a message when all attempts have failed.
     */
    private FailurePolicy onFailure = FailurePolicy.RETRY;

    /**
     * Topic for dead letters of on-failure=dead_letter; by default destination-group-dlq.
     */
    private @Nullable String deadLetterTopic;

    /**
     * How often the broker delivers a failed message again before it becomes a dead letter of the group; by default 16
     * times, or without limit in order.
     */
    private int maxRedeliveries = -1;

    /**
     * How long a failed message waits until the broker delivers it again; by default growing, from 10s to 2h.
     */
    private @Nullable Duration redeliveryDelay;

    /**
     * In order: how long a queue waits after a failure until the same message comes again.
     */
    private Duration suspendTime = Duration.ofSeconds(1);

    /**
     * How many messages a batch has at most.
     */
    private int batchSize = 32;

    /**
     * Time after which a message that is still being handled counts as failed; not in order.
     */
    private Duration consumeTimeout = Duration.ofMinutes(15);

    /**
     * How many messages are asked for at once.
     */
    private int pullBatchSize = 256;

    /**
     * How many messages may wait in memory.
     */
    private int maxCachedMessages = 5000;

    /**
     * How long stopping waits for messages that are being handled.
     */
    private Duration shutdownTimeout = Duration.ofSeconds(20);

    /**
     * How many queues the topic gets if it is created; by default that of the binder, but at least one for each instance
     * and thread.
     */
    private @Nullable Integer queues;

    /**
     * How long a poll of a polled binding waits for a message.
     */
    private Duration pollTimeout = Duration.ofMillis(100);

    public String getTags() {
        return tags;
    }

    public void setTags(String tags) {
        this.tags = tags;
    }

    public @Nullable String getSql() {
        return sql;
    }

    public void setSql(@Nullable String sql) {
        this.sql = sql;
    }

    public @Nullable Boolean getOrdered() {
        return ordered;
    }

    public void setOrdered(@Nullable Boolean ordered) {
        this.ordered = ordered;
    }

    public MessageModel getMessageModel() {
        return messageModel;
    }

    public void setMessageModel(MessageModel messageModel) {
        this.messageModel = messageModel;
    }

    public ConsumeMode getConsumeMode() {
        return consumeMode;
    }

    public void setConsumeMode(ConsumeMode consumeMode) {
        this.consumeMode = consumeMode;
    }

    public @Nullable String getStartPosition() {
        return startPosition;
    }

    public void setStartPosition(@Nullable String startPosition) {
        if (startPosition != null) {
            try {
                StartPositions.parse(startPosition);
            } catch (IllegalArgumentException e) {
                throw Checks.illegal(
                        KEY + "start-position",
                        startPosition,
                        "earliest, latest or a point in time such as 2026-01-31T08:00:00Z");
            }
        }
        this.startPosition = startPosition;
    }

    public FailurePolicy getOnFailure() {
        return onFailure;
    }

    public void setOnFailure(FailurePolicy onFailure) {
        this.onFailure = onFailure;
    }

    public @Nullable String getDeadLetterTopic() {
        return deadLetterTopic;
    }

    public void setDeadLetterTopic(@Nullable String deadLetterTopic) {
        this.deadLetterTopic = Checks.name(KEY + "dead-letter-topic", deadLetterTopic);
    }

    public int getMaxRedeliveries() {
        return maxRedeliveries;
    }

    public void setMaxRedeliveries(int maxRedeliveries) {
        this.maxRedeliveries = Checks.range(KEY + "max-redeliveries", maxRedeliveries, -1, 100_000);
    }

    public @Nullable Duration getRedeliveryDelay() {
        return redeliveryDelay;
    }

    public void setRedeliveryDelay(@Nullable Duration redeliveryDelay) {
        this.redeliveryDelay =
                redeliveryDelay == null ? null : Checks.positive(KEY + "redelivery-delay", redeliveryDelay);
    }

    public Duration getSuspendTime() {
        return suspendTime;
    }

    public void setSuspendTime(Duration suspendTime) {
        this.suspendTime =
                Checks.range(KEY + "suspend-time", suspendTime, Duration.ofMillis(10), Duration.ofSeconds(30));
    }

    public int getBatchSize() {
        return batchSize;
    }

    public void setBatchSize(int batchSize) {
        this.batchSize = Checks.range(KEY + "batch-size", batchSize, 1, 1024);
    }

    public Duration getConsumeTimeout() {
        return consumeTimeout;
    }

    public void setConsumeTimeout(Duration consumeTimeout) {
        this.consumeTimeout = Checks.positive(KEY + "consume-timeout", consumeTimeout);
    }

    public int getPullBatchSize() {
        return pullBatchSize;
    }

    public void setPullBatchSize(int pullBatchSize) {
        this.pullBatchSize = Checks.range(KEY + "pull-batch-size", pullBatchSize, 1, 1024);
    }

    public int getMaxCachedMessages() {
        return maxCachedMessages;
    }

    public void setMaxCachedMessages(int maxCachedMessages) {
        this.maxCachedMessages = Checks.range(KEY + "max-cached-messages", maxCachedMessages, 1, 1_000_000);
    }

    public Duration getShutdownTimeout() {
        return shutdownTimeout;
    }

    public void setShutdownTimeout(Duration shutdownTimeout) {
        this.shutdownTimeout = Checks.positive(KEY + "shutdown-timeout", shutdownTimeout);
    }

    public @Nullable Integer getQueues() {
        return queues;
    }

    public void setQueues(@Nullable Integer queues) {
        this.queues = queues == null ? null : Checks.range(KEY + "queues", queues, 1, 65_535);
    }

    public Duration getPollTimeout() {
        return pollTimeout;
    }

    public void setPollTimeout(Duration pollTimeout) {
        this.pollTimeout = Checks.range(KEY + "poll-timeout", pollTimeout, Duration.ZERO, Duration.ofHours(1));
    }
}
