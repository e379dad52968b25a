package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.check;
import static io.ternmq.spring.boot.InvalidTernMQPropertyException.positive;
import static io.ternmq.spring.boot.InvalidTernMQPropertyException.range;

import io.ternmq.client.Compression;
import io.ternmq.client.MessageModel;
import io.ternmq.client.StartPolicy;
import io.ternmq.spring.support.StartPositions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The {@code ternmq.*} properties: data, checked on construction. An unknown key is refused.
 *
 * @param nameServer Addresses of the name servers, host:port, several separated by comma or semicolon. Without it the
 *     embedded broker is used, if ternmq-broker-server is on the class path.
 * @param instanceName Name of this instance in client ids, and in the directory where broadcasting listeners keep their progress.
 * @param accessKey Key that signs requests, together with the secret key.
 * @param secretKey Secret that signs requests, together with the access key.
 * @param requestTimeout Limit for requests other than sends, and for establishing a connection; by default 5s, and 15s for
 *     the embedded broker.
 * @param ssl Encryption of connections.
 * @param producer The application's producer.
 * @param consumer Defaults of all listeners.
 * @param listener Life of all listeners.
 * @param startup What happens when the cluster is away while the application starts.
 * @param embedded The embedded broker.
 * @param clusters Further clusters, by name. Beans of a cluster have its name as qualifier.
 * @param observation What is told about sends and calls of listeners.
 * @param transaction Transactional messages.
 * @param idempotent Listeners with @Idempotent.
 * @param watch The watch over listeners.
 * @param health What makes the application's health.
 * @param provisioning Topics and groups that the application defines as beans.
 * @param conversion How payloads say of which type they are.
 */
@ConfigurationProperties(prefix = "ternmq", ignoreUnknownFields = false)
public record TernMQProperties(
        @DefaultValue("") String nameServer,
        @DefaultValue("") String instanceName,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @Nullable Duration requestTimeout,
        @DefaultValue Ssl ssl,
        @DefaultValue Producer producer,
        @DefaultValue Consumer consumer,
        @DefaultValue Listener listener,
        @DefaultValue Startup startup,
        @DefaultValue Embedded embedded,
        @DefaultValue Map<String, ClusterProperties> clusters,
        @DefaultValue @NestedConfigurationProperty ObservationProperties observation,
        @DefaultValue @NestedConfigurationProperty TransactionProperties transaction,
        @DefaultValue @NestedConfigurationProperty IdempotentProperties idempotent,
        @DefaultValue @NestedConfigurationProperty WatchProperties watch,
        @DefaultValue @NestedConfigurationProperty HealthProperties health,
        @DefaultValue @NestedConfigurationProperty ProvisioningProperties provisioning,
        @DefaultValue @NestedConfigurationProperty ConversionProperties conversion) {

    public TernMQProperties {
        ClusterProperties.checkConnection(requestTimeout, accessKey, secretKey);
        ClusterProperties.checkNames(clusters.keySet());
    }

    /** What the properties say about the default cluster. */
    ClusterProperties defaultCluster() {
        return new ClusterProperties(
                nameServer, instanceName, accessKey, secretKey, requestTimeout, ssl, producer, consumer);
    }

    /** Everything but the secret. */
    @Override
    public String toString() {
        return "TernMQProperties[nameServer=" + nameServer + ", instanceName=" + instanceName + ", accessKey="
                + accessKey
                + ", requestTimeout=" + requestTimeout + ", ssl=" + ssl + ", producer=" + producer + ", consumer="
                + consumer + ", listener=" + listener + ", startup=" + startup + ", embedded=" + embedded
                + ", clusters=" + clusters + ", observation=" + observation + ", transaction=" + transaction
                + ", idempotent=" + idempotent + ", watch=" + watch + ", health=" + health
                + ", provisioning=" + provisioning + ", conversion=" + conversion + "]";
    }

    /**
     * Encryption of connections.
     *
     * @param bundle Name of the SSL bundle (spring.ssl.bundle.*) that connections are encrypted with; empty for plain ones.
     * @param verifyHostName Whether a broker's certificate must name the host that was connected to.
     */
    public record Ssl(
            @DefaultValue("") String bundle,
            @DefaultValue("true") boolean verifyHostName) {}

    /**
     * The application's producer.
     *
     * @param group Group of the producer; by default the application's name followed by "-producer".
     * @param sendTimeout Time after which a send has succeeded or failed, all tries together.
     * @param retries How many further queues a send tries after the first.
     * @param compression How large bodies are compressed.
     * @param compressionThreshold Bodies of this size and more are compressed.
     * @param maxMessageSize Larger bodies, and larger batches, are refused before they are sent.
     * @param maxInFlight How many sends may wait for their answers.
     */
    public record Producer(
            @DefaultValue("") String group,
            @DefaultValue("3s") Duration sendTimeout,
            @DefaultValue("2") int retries,
            @DefaultValue("zlib") Compression compression,
            @DefaultValue("4KB") DataSize compressionThreshold,
            @DefaultValue("4MB") DataSize maxMessageSize,
            @DefaultValue("10000") int maxInFlight) {

        private static final String PREFIX = "ternmq.producer.";

        public Producer {
            positive(PREFIX + "send-timeout", sendTimeout);
            range(PREFIX + "retries", retries, 0, 100);
            check(
                    compressionThreshold.toBytes() >= 1 && compressionThreshold.toBytes() <= Integer.MAX_VALUE,
                    PREFIX + "compression-threshold",
                    compressionThreshold,
                    "1B to 2047MB");
            check(
                    maxMessageSize.toBytes() >= 1 && maxMessageSize.toMegabytes() <= 15,
                    PREFIX + "max-message-size",
                    maxMessageSize,
                    "1B to 15MB");
            range(PREFIX + "max-in-flight", maxInFlight, 1, 10_000_000);
        }
    }

    /**
     * Defaults of all listeners.
     *
     * @param group Group of a listener that names none; for applications with a single listener.
     * @param threads How many messages a listener handles at the same time.
     * @param maxReconsumeTimes How often a failed message comes back before it becomes a dead letter; by default 16 times, and without
     *     limit for listeners in order.
     * @param consumeTimeout Time after which a message that is still being handled counts as failed.
     * @param pullBatchSize How many messages are asked for at once.
     * @param maxCachedMessages How many messages of a listener may wait in memory.
     * @param maxCachedSize How many bytes of messages of a listener may wait in memory.
     * @param messageModel Whether one member or every member of a group gets a message.
     * @param consumeFrom Where a new group begins - latest, earliest, or a point in time such as 2026-01-31T08:00:00Z.
     * @param offsetDirectory Where the progress of broadcasting groups is kept; by default .ternmq/offsets in the home
     *     directory.
     */
    public record Consumer(
            @DefaultValue("") String group,
            @DefaultValue("20") int threads,
            @Nullable Integer maxReconsumeTimes,
            @DefaultValue("15m") Duration consumeTimeout,
            @DefaultValue("256") int pullBatchSize,
            @DefaultValue("5000") int maxCachedMessages,
            @DefaultValue("512MB") DataSize maxCachedSize,
            @DefaultValue("clustering") MessageModel messageModel,
            @DefaultValue("latest") String consumeFrom,
            @Nullable Path offsetDirectory) {

        private static final String PREFIX = "ternmq.consumer.";

        public Consumer {
            range(PREFIX + "threads", threads, 1, 1000);
            if (maxReconsumeTimes != null) {
                range(PREFIX + "max-reconsume-times", maxReconsumeTimes, 0, 100_000);
            }
            positive(PREFIX + "consume-timeout", consumeTimeout);
            range(PREFIX + "pull-batch-size", pullBatchSize, 1, 1024);
            range(PREFIX + "max-cached-messages", maxCachedMessages, 1, 1_000_000);
            check(
                    maxCachedSize.toBytes() >= 1,
                    PREFIX + "max-cached-size",
                    maxCachedSize,
                    "a positive size such as 64MB");
            try {
                StartPositions.parse(consumeFrom);
            } catch (IllegalArgumentException e) {
                throw new InvalidTernMQPropertyException(
                        PREFIX + "consume-from",
                        consumeFrom,
                        "latest, earliest or a point in time such as 2026-01-31T08:00:00Z");
            }
        }
    }

    /**
     * Life of all listeners.
     *
     * @param autoStartup Whether listeners start with the context.
     * @param shutdownTimeout How long the context waits for listeners that are handling messages when it closes; shorter
     *     than spring.lifecycle.timeout-per-shutdown-phase.
     * @param maxThreads How many platform threads all listeners of a cluster together may have at the same time; beyond it each
     *     has at least one.
     */
    public record Listener(
            @DefaultValue("true") boolean autoStartup,
            @DefaultValue("20s") Duration shutdownTimeout,
            @DefaultValue("100") int maxThreads) {

        public Listener {
            positive("ternmq.listener.shutdown-timeout", shutdownTimeout);
            range("ternmq.listener.max-threads", maxThreads, 1, 10_000);
        }
    }

    /**
     * What happens when a cluster is away while the application starts. The embedded broker never is.
     *
     * @param policy What the application does - background (it starts, and connects when the cluster is there), wait (it waits, and fails
     *     when the time is over) or fail (it fails at once).
     * @param timeout How long the policy wait waits.
     */
    public record Startup(
            @DefaultValue("background") StartPolicy policy,
            @DefaultValue("60s") Duration timeout) {

        public Startup {
            positive("ternmq.startup.timeout", timeout);
        }
    }

    /**
     * The embedded broker.
     *
     * @param enabled Whether a broker is started in this process when no name server is given.
     * @param port Port on 127.0.0.1; 0 for any that is free.
     * @param dataDir Directory that keeps the messages; by default a temporary one, deleted when the context closes.
     * @param flush When a message counts as stored - async (handed to the operating system) or sync (on disk).
     * @param autoCreateTopics Whether the first message to a topic creates it.
     * @param maxDelay How far ahead the delivery time of a message may be.
     */
    public record Embedded(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("0") int port,
            @Nullable Path dataDir,
            @DefaultValue("async") Flush flush,
            @DefaultValue("true") boolean autoCreateTopics,
            @DefaultValue("40d") Duration maxDelay) {

        public Embedded {
            positive("ternmq.embedded.max-delay", maxDelay);
            range("ternmq.embedded.port", port, 0, 65_535);
        }

        /** When a message counts as stored. */
        public enum Flush {
            /** When it is handed to the operating system. */
            ASYNC,
            /** When it is on disk. */
            SYNC
        }
    }
}
