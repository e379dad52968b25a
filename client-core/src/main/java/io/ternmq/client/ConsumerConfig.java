package io.ternmq.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set about a consumer.
 *
 * @param client how to reach the cluster
 * @param groupId the consumer's group
 * @param messageModel whether one member or every member of the group gets a message
 * @param startFrom where the group begins in a queue in which it has not consumed before
 * @param consumeThreads how many messages are handled at the same time; on platform threads no more than {@link
 *     ClientConfig#maxListenerThreads()}
 * @param listenerThreads the kind of threads that handle them
 * @param maxReconsumeTimes how often a failed message is delivered again before it becomes a dead letter; {@value
 *     #BY_KIND}: 16 times, or without limit in order
 * @param suspendTime in order: how long a queue waits after a failure until the same message comes again, 10 ms to 30 s
 * @param consumeBatchSize in batches: how many messages a listener gets at most at once
 * @param consumeTimeout after this time a message that is still being handled counts as failed
 * @param maxCachedMessages how many messages may wait in memory for the listeners
 * @param maxCachedBytes how many bytes of messages may wait in memory for the listeners
 * @param pullBatchSize how many messages are asked for at once; a broker may give fewer
 * @param consumeMode how messages come: queue by queue, or message by message
 * @param invisibleTime message by message: for how long a message that was received is nobody else's, 10 s to 5 min;
 *     prolonged as long as its listener runs, up to {@code consumeTimeout}
 * @param allocation how queues are shared out in the group
 * @param share the queues that are this consumer's, whoever else is in the group; {@code null} to share them out by {@code allocation}
 * @param assignmentListener is told which queues the consumer has; {@code null} if nobody wants to know
 * @param shutdownTimeout how long {@link Consumer#shutdown()} waits for listeners that are running, and then for the assignment listener
 * @param offsetDirectory broadcasting: where the local file of offsets is kept, as {@code <group>/offsets.json}, or
 *     {@code <instance name>/<group>/offsets.json} if there is an instance name
 */
public record ConsumerConfig(
        ClientConfig client,
        String groupId,
        MessageModel messageModel,
        StartPosition startFrom,
        int consumeThreads,
        ListenerThreads listenerThreads,
        int maxReconsumeTimes,
        Duration suspendTime,
        int consumeBatchSize,
        Duration consumeTimeout,
        int maxCachedMessages,
        long maxCachedBytes,
        int pullBatchSize,
        ConsumeMode consumeMode,
        Duration invisibleTime,
        AllocationStrategy allocation,
        @Nullable QueueShare share,
        @Nullable AssignmentListener assignmentListener,
        Duration shutdownTimeout,
        Path offsetDirectory) {

    /** The value of {@link #maxReconsumeTimes()} that leaves the limit to the kind of consumer. */
    public static final int BY_KIND = -1;

    static final Duration SHORTEST_SUSPEND = Duration.ofMillis(10);
    static final Duration LONGEST_SUSPEND = Duration.ofSeconds(30);
    static final int LARGEST_BATCH = 1024;
    private static final Duration SHORTEST_INVISIBLE = Duration.ofSeconds(10);
    private static final Duration LONGEST_INVISIBLE = Duration.ofMinutes(5);

    public ConsumerConfig {
        Checks.group("groupId", groupId);
        Checks.range("consumeThreads", consumeThreads, 1, 1000);
        Checks.range("maxReconsumeTimes", maxReconsumeTimes, BY_KIND, 100_000);
        Checks.range("suspendTime", suspendTime, SHORTEST_SUSPEND, LONGEST_SUSPEND);
        Checks.range("consumeBatchSize", consumeBatchSize, 1, LARGEST_BATCH);
        Checks.positive("consumeTimeout", consumeTimeout);
        Checks.range("maxCachedMessages", maxCachedMessages, 1, 1_000_000);
        Checks.range("maxCachedBytes", maxCachedBytes, 1, Long.MAX_VALUE);
        Checks.range("pullBatchSize", pullBatchSize, 1, 1024);
        Checks.positive("shutdownTimeout", shutdownTimeout);
        Checks.available(listenerThreads);
        Checks.range("invisibleTime", invisibleTime, SHORTEST_INVISIBLE, LONGEST_INVISIBLE);
        if (consumeMode == ConsumeMode.POP
                && (messageModel == MessageModel.BROADCASTING || startFrom instanceof StartPosition.At)) {
            throw new MQClientException("consumeMode=POP goes with clustering, and begins at the end or the beginning:"
                    + " messageModel=" + messageModel + ", startFrom=" + startFrom + "; use PULL, or change the other");
        }
        if (assignmentListener != null && consumeMode == ConsumeMode.POP) {
            throw new MQClientException(
                    "a consumer whose messages are popped has no queues that an assignmentListener could be told of:"
                            + " group="
                            + groupId + ", consumeMode=" + consumeMode + "; use PULL, or leave the listener out");
        }
        if (share != null && (messageModel == MessageModel.BROADCASTING || consumeMode == ConsumeMode.POP)) {
            throw new MQClientException("a share of the queues goes with clustering and PULL: share=" + share
                    + ", messageModel=" + messageModel + ", consumeMode=" + consumeMode
                    + "; set none, or change the others");
        }
    }

    /** Begins with the defaults. */
    public static Builder builder(ClientConfig client, String groupId) {
        return new Builder(client, groupId);
    }

    /**
     * Reads the keys of {@link PropertyKeyConst}.
     *
     * @throws MQClientException naming a key that is missing or unknown, or whose value cannot be used
     */
    public static ConsumerConfig of(Properties properties) {
        return PropertyReader.forConsumer(properties).consumer();
    }

    /** Collects settings; anything not set has its default. */
    public static final class Builder {

        private final ClientConfig client;
        private final String groupId;
        private MessageModel messageModel = MessageModel.CLUSTERING;
        private StartPosition startFrom = StartPosition.latest();
        private int consumeThreads = 20;
        private ListenerThreads listenerThreads = ListenerThreads.PLATFORM;
        private int maxReconsumeTimes = BY_KIND;
        private Duration suspendTime = Duration.ofSeconds(1);
        private int consumeBatchSize = 32;
        private Duration consumeTimeout = Duration.ofMinutes(15);
        private int maxCachedMessages = 5000;
        private long maxCachedBytes = 512L * 1024 * 1024;
        private int pullBatchSize = 256;
        private ConsumeMode consumeMode = ConsumeMode.PULL;
        private Duration invisibleTime = Duration.ofSeconds(60);
        private AllocationStrategy allocation = AllocationStrategy.AVG;
        private @Nullable QueueShare share;
        private @Nullable AssignmentListener assignmentListener;
        private Duration shutdownTimeout = Duration.ofSeconds(30);
        private Path offsetDirectory = Path.of(System.getProperty("user.home", "."), ".ternmq", "offsets");

        private Builder(ClientConfig client, String groupId) {
            this.client = client;
            this.groupId = groupId;
        }

        public Builder messageModel(MessageModel messageModel) {
            this.messageModel = messageModel;
            return this;
        }

        public Builder startFrom(StartPosition startFrom) {
            this.startFrom = startFrom;
            return this;
        }

        public Builder consumeThreads(int consumeThreads) {
            this.consumeThreads = consumeThreads;
            return this;
        }

        public Builder listenerThreads(ListenerThreads listenerThreads) {
            this.listenerThreads = listenerThreads;
            return this;
        }

        public Builder maxReconsumeTimes(int maxReconsumeTimes) {
            this.maxReconsumeTimes = maxReconsumeTimes;
            return this;
        }

        public Builder suspendTime(Duration suspendTime) {
            this.suspendTime = suspendTime;
            return this;
        }

        public Builder consumeBatchSize(int consumeBatchSize) {
            this.consumeBatchSize = consumeBatchSize;
            return this;
        }

        public Builder consumeTimeout(Duration consumeTimeout) {
            this.consumeTimeout = consumeTimeout;
            return this;
        }

        public Builder maxCachedMessages(int maxCachedMessages) {
            this.maxCachedMessages = maxCachedMessages;
            return this;
        }

        public Builder maxCachedBytes(long maxCachedBytes) {
            this.maxCachedBytes = maxCachedBytes;
            return this;
        }

        public Builder pullBatchSize(int pullBatchSize) {
            this.pullBatchSize = pullBatchSize;
            return this;
        }

        public Builder consumeMode(ConsumeMode consumeMode) {
            this.consumeMode = consumeMode;
            return this;
        }

        public Builder invisibleTime(Duration invisibleTime) {
            this.invisibleTime = invisibleTime;
            return this;
        }

        public Builder allocation(AllocationStrategy allocation) {
            this.allocation = allocation;
            return this;
        }

        public Builder share(@Nullable QueueShare share) {
            this.share = share;
            return this;
        }

        public Builder assignmentListener(@Nullable AssignmentListener assignmentListener) {
            this.assignmentListener = assignmentListener;
            return this;
        }

        public Builder shutdownTimeout(Duration shutdownTimeout) {
            this.shutdownTimeout = shutdownTimeout;
            return this;
        }

        public Builder offsetDirectory(Path offsetDirectory) {
            this.offsetDirectory = offsetDirectory;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws MQClientException naming the setting that cannot be used
         */
        public ConsumerConfig build() {
            return new ConsumerConfig(
                    client,
                    groupId,
                    messageModel,
                    startFrom,
                    consumeThreads,
                    listenerThreads,
                    maxReconsumeTimes,
                    suspendTime,
                    consumeBatchSize,
                    consumeTimeout,
                    maxCachedMessages,
                    maxCachedBytes,
                    pullBatchSize,
                    consumeMode,
                    invisibleTime,
                    allocation,
                    share,
                    assignmentListener,
                    shutdownTimeout,
                    offsetDirectory);
        }
    }
}
