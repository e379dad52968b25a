package io.ternmq.client;

import java.time.Duration;
import java.util.Properties;

/**
 * Everything that can be set about a consumer that asks for messages itself.
 *
 * @param client how to reach the cluster
 * @param groupId the consumer's group
 * @param startFrom where the group begins in a queue in which it has not consumed before
 * @param autoCommit whether progress is committed without being asked to. Where it is not, one thing is committed nevertheless: the start, by {@code startFrom},
 *     in a queue of a topic that is subscribed to and in which the group has committed nothing. So what comes after the group has joined is not missed if it is
 *     not committed. Of queues that are assigned nothing is committed then. Where an operator moves the group is kept in any case
 * @param autoCommitInterval how often that is done
 * @param maxPollMessages how many messages a poll returns at most
 * @param maxCachedMessages how many messages may wait in memory to be polled
 * @param maxCachedBytes how many bytes of messages may wait in memory to be polled
 * @param pullBatchSize how many messages are asked for at once
 * @param allocation how queues are shared out in the group
 */
public record PullConsumerConfig(
        ClientConfig client,
        String groupId,
        StartPosition startFrom,
        boolean autoCommit,
        Duration autoCommitInterval,
        int maxPollMessages,
        int maxCachedMessages,
        long maxCachedBytes,
        int pullBatchSize,
        AllocationStrategy allocation) {

    public PullConsumerConfig {
        Checks.group("groupId", groupId);
        Checks.positive("autoCommitInterval", autoCommitInterval);
        Checks.range("maxPollMessages", maxPollMessages, 1, 100_000);
        Checks.range("maxCachedMessages", maxCachedMessages, 1, 1_000_000);
        Checks.range("maxCachedBytes", maxCachedBytes, 1, Long.MAX_VALUE);
        Checks.range("pullBatchSize", pullBatchSize, 1, 1024);
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
    public static PullConsumerConfig of(Properties properties) {
        return PropertyReader.forConsumer(properties).pullConsumer();
    }

    /** Collects settings; anything not set has its default. */
    public static final class Builder {

        private final ClientConfig client;
        private final String groupId;
        private StartPosition startFrom = StartPosition.latest();
        private boolean autoCommit = true;
        private Duration autoCommitInterval = Duration.ofSeconds(5);
        private int maxPollMessages = 500;
        private int maxCachedMessages = 5000;
        private long maxCachedBytes = 512L * 1024 * 1024;
        private int pullBatchSize = 256;
        private AllocationStrategy allocation = AllocationStrategy.AVG;

        private Builder(ClientConfig client, String groupId) {
            this.client = client;
            this.groupId = groupId;
        }

        public Builder startFrom(StartPosition startFrom) {
            this.startFrom = startFrom;
            return this;
        }

        public Builder autoCommit(boolean autoCommit) {
            this.autoCommit = autoCommit;
            return this;
        }

        public Builder autoCommitInterval(Duration autoCommitInterval) {
            this.autoCommitInterval = autoCommitInterval;
            return this;
        }

        public Builder maxPollMessages(int maxPollMessages) {
            this.maxPollMessages = maxPollMessages;
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

        public Builder allocation(AllocationStrategy allocation) {
            this.allocation = allocation;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws MQClientException naming the setting that cannot be used
         */
        public PullConsumerConfig build() {
            return new PullConsumerConfig(
                    client,
                    groupId,
                    startFrom,
                    autoCommit,
                    autoCommitInterval,
                    maxPollMessages,
                    maxCachedMessages,
                    maxCachedBytes,
                    pullBatchSize,
                    allocation);
        }
    }
}
