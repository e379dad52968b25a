package io.ternmq.spring.config;

import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MessageModel;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ResultRules;
import io.ternmq.spring.listener.RetryRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application may say about the consumer of a listener. What is {@code null} is left to the defaults.
 *
 * @param messageModel whether one or every member of the group gets a message
 * @param consumeMode whether messages come queue by queue or one by one
 * @param startFrom where the group begins in a queue in which it has not consumed before
 * @param concurrency how many calls run at the same time
 * @param batchSize how many messages a batch listener gets at most
 * @param maxReconsumeTimes how often a failed message comes back before it becomes a dead letter; -1 to leave it to the kind of listener
 * @param retryRules when messages come again after which exceptions
 * @param errorHandler decides about failures
 * @param results what becomes of what it returns
 * @param assignmentListener is told which queues the listener has
 */
public record ListenerSettings(
        @Nullable MessageModel messageModel,
        @Nullable ConsumeMode consumeMode,
        @Nullable StartPosition startFrom,
        @Nullable Integer concurrency,
        @Nullable Integer batchSize,
        @Nullable Integer maxReconsumeTimes,
        List<RetryRule> retryRules,
        @Nullable ListenerErrorHandler errorHandler,
        ResultRules results,
        @Nullable AssignmentListener assignmentListener) {

    public ListenerSettings {
        retryRules = List.copyOf(retryRules);
    }

    void applyTo(ConsumerConfig.Builder builder) {
        if (messageModel != null) {
            builder.messageModel(messageModel);
        }
        if (consumeMode != null) {
            builder.consumeMode(consumeMode);
        }
        if (startFrom != null) {
            builder.startFrom(startFrom);
        }
        if (concurrency != null) {
            builder.consumeThreads(concurrency);
        }
        if (batchSize != null) {
            builder.consumeBatchSize(batchSize);
        }
        if (maxReconsumeTimes != null) {
            builder.maxReconsumeTimes(maxReconsumeTimes);
        }
        if (assignmentListener != null) {
            builder.assignmentListener(assignmentListener);
        }
    }
}
