package io.ternmq.stream.inbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.MessageModel;
import io.ternmq.client.QueueShare;
import io.ternmq.client.StartPosition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What all bindings of a group in an application must agree on, because they are one member of it.
 *
 * @param group the group
 * @param kind how its messages are handed over
 * @param share its queues if they are fixed; members of one group with different shares are different members
 * @param anonymous whether nobody will come back to it
 */
record GroupSettings(
        String group,
        Kind kind,
        @Nullable QueueShare share,
        boolean anonymous,
        MessageModel messageModel,
        ConsumeMode consumeMode,
        StartPosition startPosition,
        int maxRedeliveries,
        Duration suspendTime,
        int batchSize,
        Duration consumeTimeout,
        int pullBatchSize,
        int maxCachedMessages,
        Duration shutdownTimeout,
        ListenerThreads threads) {

    /** How messages are handed over. */
    enum Kind {
        /** One by one, several at the same time. */
        CONCURRENT,
        /** One by one, those of a queue one after the other. */
        ORDERED,
        /** Several at once. */
        BATCH
    }

    /** Whether the group's start is settled before it consumes; the others do that in a way of their own. */
    boolean isStartSettled() {
        return messageModel == MessageModel.CLUSTERING && consumeMode == ConsumeMode.PULL;
    }

    ConsumerConfig config(ClientConfig client, int concurrency) {
        return ConsumerConfig.builder(client, group)
                .messageModel(messageModel)
                .consumeMode(consumeMode)
                .share(share)
                .startFrom(startPosition)
                .consumeThreads(concurrency)
                .listenerThreads(threads)
                .maxReconsumeTimes(maxRedeliveries)
                .suspendTime(suspendTime)
                .consumeBatchSize(batchSize)
                .consumeTimeout(consumeTimeout)
                .pullBatchSize(pullBatchSize)
                .maxCachedMessages(maxCachedMessages)
                .shutdownTimeout(shutdownTimeout)
                .build();
    }
}
