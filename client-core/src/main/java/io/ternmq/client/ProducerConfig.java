package io.ternmq.client;

import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set about a producer.
 *
 * @param client how to reach the cluster
 * @param groupId the producer's group
 * @param sendTimeout after this time a send has succeeded or failed, all tries together
 * @param retries how many further queues a send tries after the first
 * @param compression how bodies of {@code compressOverBytes} and more are compressed
 * @param compressOverBytes see {@code compression}
 * @param maxMessageBytes larger bodies, and larger batches, are refused before they are sent
 * @param maxInFlight how many sends may wait for their answers
 * @param maxInFlightBytes how many bytes of bodies may wait for their answers; a single larger one is let through alone
 * @param whenFull what a send does while one of these two limits is reached
 * @param gathering how many sends may share a request
 * @param checkImmunity of a transactional producer: how long the broker waits before it first asks about a transaction that has
 *     not ended, 1 second to 7 days; {@code null} leaves it to the broker
 */
public record ProducerConfig(
        ClientConfig client,
        String groupId,
        Duration sendTimeout,
        int retries,
        Compression compression,
        int compressOverBytes,
        int maxMessageBytes,
        int maxInFlight,
        long maxInFlightBytes,
        WhenFull whenFull,
        Gathering gathering,
        @Nullable Duration checkImmunity) {

    /** What a send does while as much is in flight as the producer allows. */
    public enum WhenFull {
        /** Waits for room, up to the send timeout. */
        WAIT,
        /** Fails at once with response code 2 (busy). */
        FAIL
    }

    /**
     * How sends are gathered. The first send to a topic leaves at once; while the broker has not answered, further ones
     * queue up and then leave together in one request, so that a busy producer spends little on each message and an idle
     * one waits for nothing. Every send keeps its own result, and the order of sends is kept.
     *
     * <p>Timed, transactional and compressed messages always travel alone.
     *
     * @param maxMessages the most that share a request; 1 for no gathering
     * @param maxBytes the most they may take together; a single larger message travels alone
     */
    public record Gathering(int maxMessages, int maxBytes) {
        public Gathering {
            Checks.range("gathering.maxMessages", maxMessages, 1, 10_000);
            Checks.range("gathering.maxBytes", maxBytes, 1, 15 * 1024 * 1024);
        }

        /** Every send is a request of its own. */
        public static Gathering off() {
            return new Gathering(1, 1);
        }
    }

    public ProducerConfig {
        Checks.group("groupId", groupId);
        Checks.positive("sendTimeout", sendTimeout);
        Checks.range("retries", retries, 0, 100);
        Checks.range("compressOverBytes", compressOverBytes, 1, Integer.MAX_VALUE);
        Checks.range("maxMessageBytes", maxMessageBytes, 1, 15 * 1024 * 1024);
        Checks.range("maxInFlight", maxInFlight, 1, 10_000_000);
        Checks.range("maxInFlightBytes", maxInFlightBytes, 1, Long.MAX_VALUE);
        if (checkImmunity != null) {
            Checks.range("checkImmunity in seconds", checkImmunity.toSeconds(), 1, 604_800);
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
    public static ProducerConfig of(Properties properties) {
        return PropertyReader.forProducer(properties).producer();
    }

    /** Collects settings; anything not set has its default. */
    public static final class Builder {

        private final ClientConfig client;
        private final String groupId;
        private Duration sendTimeout = Duration.ofSeconds(3);
        private int retries = 2;
        private Compression compression = Compression.ZLIB;
        private int compressOverBytes = 4096;
        private int maxMessageBytes = 4 * 1024 * 1024;
        private int maxInFlight = 10_000;
        private long maxInFlightBytes = 64L * 1024 * 1024;
        private WhenFull whenFull = WhenFull.WAIT;
        private @Nullable Duration checkImmunity;
        private Gathering gathering = new Gathering(512, 256 * 1024);

        private Builder(ClientConfig client, String groupId) {
            this.client = client;
            this.groupId = groupId;
        }

        public Builder sendTimeout(Duration sendTimeout) {
            this.sendTimeout = sendTimeout;
            return this;
        }

        public Builder retries(int retries) {
            this.retries = retries;
            return this;
        }

        public Builder compression(Compression compression) {
            this.compression = compression;
            return this;
        }

        public Builder compressOverBytes(int compressOverBytes) {
            this.compressOverBytes = compressOverBytes;
            return this;
        }

        public Builder maxMessageBytes(int maxMessageBytes) {
            this.maxMessageBytes = maxMessageBytes;
            return this;
        }

        public Builder maxInFlight(int maxInFlight) {
            this.maxInFlight = maxInFlight;
            return this;
        }

        public Builder maxInFlightBytes(long maxInFlightBytes) {
            this.maxInFlightBytes = maxInFlightBytes;
            return this;
        }

        public Builder whenFull(WhenFull whenFull) {
            this.whenFull = whenFull;
            return this;
        }

        public Builder checkImmunity(@Nullable Duration checkImmunity) {
            this.checkImmunity = checkImmunity;
            return this;
        }

        public Builder gathering(Gathering gathering) {
            this.gathering = gathering;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws MQClientException naming the setting that cannot be used
         */
        public ProducerConfig build() {
            return new ProducerConfig(
                    client,
                    groupId,
                    sendTimeout,
                    retries,
                    compression,
                    compressOverBytes,
                    maxMessageBytes,
                    maxInFlight,
                    maxInFlightBytes,
                    whenFull,
                    gathering,
                    checkImmunity);
        }
    }
}
