package io.ternmq.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.broker.transport.TlsConfig;
import io.ternmq.broker.transport.TransportConfig;
import io.ternmq.broker.transport.TransportLimits;
import io.ternmq.protocol.frame.FrameDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a broker, checked on construction; a setting that is not allowed is refused with an
 * {@link IllegalArgumentException} that names it, its value and what is allowed. Immutable.
 *
 * @param dataDirectory where everything is kept; {@code null}: a temporary directory that is deleted when the broker closes
 * @param names what clients know the broker by
 * @param transport where and how to listen
 * @param storage how messages are kept
 * @param transactions how transactional messages are checked
 * @param maxDelay how far ahead a message's delivery time may be
 * @param autoCreateTopics whether sending to a topic that does not exist creates it
 * @param meterRegistry where the broker's meters are as long as it runs; {@code null}: nowhere
 * @param traceTopics whether there are topics for message traces, and clients are asked to write them
 * @param allowUnauthenticated whether to listen on addresses that other machines reach, although nobody has to say who they are
 */
public record BrokerConfig(
        @Nullable Path dataDirectory,
        Names names,
        TransportConfig transport,
        Storage storage,
        TransactionConfig transactions,
        Duration maxDelay,
        @Nullable MeterRegistry meterRegistry,
        boolean autoCreateTopics,
        boolean traceTopics,
        boolean allowUnauthenticated) {
    private static final Duration LONGEST_DELAY = Duration.ofDays(3660);

    /** Checks the settings that belong to no part. */
    public BrokerConfig {
        if (maxDelay.isZero() || maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("max-delay is out of range: max-delay=" + maxDelay
                    + "; use a duration of up to " + LONGEST_DELAY.toDays() + "d, such as 40d or 366d");
        }
    }

    /**
     * What clients know the broker by.
     *
     * @param cluster name of the cluster
     * @param broker name of the broker
     * @param advertisedAddress host, or host and port, that clients are told; {@code null}: the address they have reached
     */
    public record Names(
            String cluster, String broker, @Nullable String advertisedAddress) {
        /** Checks that there are names. */
        public Names {
            requireName("cluster-name", cluster);
            requireName("broker-name", broker);
            if (advertisedAddress != null && !advertisedAddress.matches("[^:\\s]+(:\\d{1,5})?")) {
                throw new IllegalArgumentException("advertised-address is not an address: advertised-address="
                        + advertisedAddress + "; use host or host:port");
            }
        }

        private static void requireName(String key, String name) {
            if (!name.matches("[A-Za-z0-9_-]{1,100}")) {
                throw new IllegalArgumentException(
                        key + " is not a name: " + key + "=" + name + "; use 1 to 100 letters, digits, '_' and '-'");
            }
        }
    }

    /**
     * How messages are kept.
     *
     * @param flush when a message counts as safe
     * @param retention how long messages are kept
     * @param retentionBytes size of the log above which the oldest messages are deleted before their time; 0 for no limit
     * @param diskSharePercent used share of the volume above which sends are refused, because nothing unread is deleted to make room
     * @param maxMessageBytes longest message body
     * @param segmentBytes size of one file of the log
     */
    public record Storage(
            FlushMode flush,
            Duration retention,
            long retentionBytes,
            int diskSharePercent,
            int maxMessageBytes,
            int segmentBytes) {
        private static final int MAX_MESSAGE = 15 * 1024 * 1024;

        /** Checks the figures. */
        public Storage {
            if (retention.isZero() || retention.isNegative()) {
                throw new IllegalArgumentException(
                        "retention is not positive: retention=" + retention + "; use a duration such as 72h");
            }
            if (retentionBytes < 0) {
                throw new IllegalArgumentException("retention-size is negative: retention-size=" + retentionBytes
                        + "; use a size such as 200GiB, or 0 for no limit");
            }
            if (diskSharePercent < 5 || diskSharePercent > 99) {
                throw new IllegalArgumentException(
                        "disk-share is out of range: disk-share=" + diskSharePercent + "; use 5 to 99 (percent)");
            }
            if (maxMessageBytes < 1024 || maxMessageBytes > MAX_MESSAGE) {
                throw new IllegalArgumentException(
                        "max-message-size is out of range: max-message-size=" + maxMessageBytes + "; use 1024 to "
                                + MAX_MESSAGE + " bytes, because a frame of the protocol takes no more");
            }
        }

        StoreConfig toStoreConfig(Path directory) {
            return StoreConfig.defaults(directory)
                    .withFlush(flush)
                    .withRetention(retention)
                    .withMaxTotalBytes(retentionBytes)
                    .withDiskSharePercent(diskSharePercent)
                    // The limit of users is at the door; what is in the store already, such as delayed messages, goes
                    // on when that is lowered.
                    .withMaxMessageBytes(FrameDecoder.MAX_FRAME_BYTES)
                    .withSegmentBytes(segmentBytes);
        }
    }

    /** Returns a builder with the defaults of an embedded broker: a free port of 127.0.0.1, a temporary directory, asynchronous flush. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the settings as texts by key, for operators; secrets are left out. */
    public Map<String, String> describe() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("data-dir", dataDirectory == null ? "(temporary)" : dataDirectory.toString());
        texts.put("listen", transport.host());
        texts.put("port", Integer.toString(transport.port()));
        texts.put("advertised-address", names.advertisedAddress() == null ? "" : names.advertisedAddress());
        texts.put("flush", storage.flush().name().toLowerCase(Locale.ROOT));
        texts.put("retention", storage.retention().toString());
        texts.put("retention-size", Long.toString(storage.retentionBytes()));
        texts.put("disk-share", Integer.toString(storage.diskSharePercent()));
        texts.put("max-message-size", Integer.toString(storage.maxMessageBytes()));
        texts.put("transaction-check-immunity", transactions.immunity().toString());
        texts.put("transaction-check-interval", transactions.checkInterval().toString());
        texts.put("transaction-max-checks", Integer.toString(transactions.maxChecks()));
        texts.put("transaction-max-pending", Integer.toString(transactions.maxPending()));
        texts.put("max-delay", maxDelay.toString());
        texts.put("auto-create-topics", Boolean.toString(autoCreateTopics));
        texts.put("trace-topics", Boolean.toString(traceTopics));
        texts.put("allow-unauthenticated", Boolean.toString(allowUnauthenticated));
        texts.put("tls-mode", transport.tls().mode().name().toLowerCase(Locale.ROOT));
        return texts;
    }

    /** Collects settings; what is not set keeps its default. For one thread. */
    public static final class Builder {
        private static final int SHARE = 85;
        private static final int SHARE_OF_TEMPORARY = 98;

        private @Nullable Path dataDirectory;
        private String cluster = "DefaultCluster";
        private String broker = "ternmq";
        private @Nullable String advertisedAddress;
        private String host = "127.0.0.1";
        private int port;
        private int ioThreads = Math.max(1, Runtime.getRuntime().availableProcessors());
        private TlsConfig tls = TlsConfig.disabled();
        private TransportLimits limits = TransportLimits.defaults();
        private FlushMode flush = FlushMode.ASYNC;
        private Duration retention = Duration.ofDays(3);
        private long retentionBytes;
        private @Nullable Integer diskSharePercent;
        private int maxMessageBytes = 4 * 1024 * 1024;
        private int segmentBytes = 128 * 1024 * 1024;
        private TransactionConfig transactions = TransactionConfig.defaults();
        private Duration maxDelay = Duration.ofDays(40);
        private @Nullable MeterRegistry meterRegistry;
        private boolean autoCreateTopics = true;
        private boolean traceTopics = true;
        private boolean allowUnauthenticated;

        private Builder() {}

        /** Sets where everything is kept; {@code null} means a temporary directory. */
        public Builder dataDirectory(@Nullable Path directory) {
            this.dataDirectory = directory;
            return this;
        }

        /** Sets the name of the cluster. */
        public Builder clusterName(String name) {
            this.cluster = name;
            return this;
        }

        /** Sets the name of the broker. */
        public Builder brokerName(String name) {
            this.broker = name;
            return this;
        }

        /** Sets the address that clients are told, as host or host and port. */
        public Builder advertisedAddress(@Nullable String address) {
            this.advertisedAddress = address;
            return this;
        }

        /** Sets the address to listen on. */
        public Builder listen(String address) {
            this.host = address;
            return this;
        }

        /** Sets the port to listen on; 0 takes a free one. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** Sets the number of event loops. */
        public Builder ioThreads(int number) {
            this.ioThreads = number;
            return this;
        }

        /** Sets whether TLS is spoken. */
        public Builder tls(TlsConfig config) {
            this.tls = config;
            return this;
        }

        /** Sets what clients may cost. */
        public Builder limits(TransportLimits config) {
            this.limits = config;
            return this;
        }

        /** Sets when a message counts as safe. */
        public Builder flush(FlushMode mode) {
            this.flush = mode;
            return this;
        }

        /** Sets how long messages are kept. */
        public Builder retention(Duration age) {
            this.retention = age;
            return this;
        }

        /** Sets the size of the log above which the oldest messages are deleted before their time; 0 for no limit. */
        public Builder retentionBytes(long bytes) {
            this.retentionBytes = bytes;
            return this;
        }

        /**
         * Sets the used share of the volume, in percent, above which sends are refused. The default is 85, and 98 for an embedded broker in a
         * temporary directory, which keeps little and shares the volume with everything else of a developer.
         */
        public Builder diskSharePercent(int percent) {
            this.diskSharePercent = percent;
            return this;
        }

        /** Sets the longest message body. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        /** Sets the size of one file of the log. */
        public Builder segmentBytes(int bytes) {
            this.segmentBytes = bytes;
            return this;
        }

        /** Sets how transactional messages are checked. */
        public Builder transactions(TransactionConfig config) {
            this.transactions = config;
            return this;
        }

        /** Sets how far ahead a message's delivery time may be; 40 days by default. */
        public Builder maxDelay(Duration delay) {
            this.maxDelay = delay;
            return this;
        }

        /**
         * Sets where the broker's meters are as long as it runs; their names begin with {@code ternmq.broker}, and the tag {@code broker} is its
         * name.
         */
        public Builder meterRegistry(@Nullable MeterRegistry registry) {
            this.meterRegistry = registry;
            return this;
        }

        /** Sets whether sending to a topic that does not exist creates it. */
        public Builder autoCreateTopics(boolean create) {
            this.autoCreateTopics = create;
            return this;
        }

        /** Sets whether there are topics for message traces, and clients are asked to write them. */
        public Builder traceTopics(boolean trace) {
            this.traceTopics = trace;
            return this;
        }

        /** Allows listening where other machines reach the broker, without authentication. */
        public Builder allowUnauthenticated(boolean allow) {
            this.allowUnauthenticated = allow;
            return this;
        }

        /** Returns the settings, checked. */
        public BrokerConfig build() {
            int share = dataDirectory == null ? SHARE_OF_TEMPORARY : SHARE;
            if (diskSharePercent != null) {
                share = diskSharePercent;
            }
            return new BrokerConfig(
                    dataDirectory,
                    new Names(cluster, broker, advertisedAddress),
                    new TransportConfig(host, port, ioThreads, tls, limits),
                    new Storage(flush, retention, retentionBytes, share, maxMessageBytes, segmentBytes),
                    transactions,
                    maxDelay,
                    meterRegistry,
                    autoCreateTopics,
                    traceTopics,
                    allowUnauthenticated);
        }
    }
}
