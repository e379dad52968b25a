package io.ternmq.broker;

import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.broker.transport.TlsConfig;
import io.ternmq.broker.transport.TransportLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the executable. Picocli fills them in. */
@SuppressWarnings("NullAway.Init") // Options with a default are never null when they are read.
final class BrokerOptions {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "./ternmq-data",
            description = "Directory for messages and state; created if missing, used by one broker at a time. Default:"
                    + " ${DEFAULT-VALUE}")
    private Path dataDir;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; others than loopback need --allow-unauthenticated. Default:"
                    + " ${DEFAULT-VALUE}")
    private String listen;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9876",
            description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--advertised-address",
            paramLabel = "HOST[:PORT]",
            description =
                    "Address that clients are told to use. Default: the one by which they have reached the broker")
    private @Nullable String advertisedAddress;

    @Option(
            names = "--flush",
            paramLabel = "sync|async",
            defaultValue = "sync",
            description = "sync: a message is acknowledged when it is on disk, and survives power loss. async: when the"
                    + " operating system has it, and survives the end of the process. Default: ${DEFAULT-VALUE}")
    private FlushMode flush;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            defaultValue = "72h",
            converter = DurationConverter.class,
            description = "How long messages are kept, such as 90m, 72h or 7d. Default: ${DEFAULT-VALUE}")
    private Duration retention;

    @Option(
            names = "--retention-size",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = LongSizeConverter.class,
            description = {
                "Size of the log, such as 200GiB, above which the oldest messages are deleted before their time, read"
                        + " or not; 0 for no limit. Default: ${DEFAULT-VALUE}"
            })
    private Long retentionSize;

    @Option(
            names = "--disk-share",
            paramLabel = "PERCENT",
            defaultValue = "85",
            description = "Used share of the volume above which sends are refused until there is space again, 5 to 99."
                    + " Default: ${DEFAULT-VALUE}")
    private int diskShare;

    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = "4MiB",
            converter = SizeConverter.class,
            description = "Longest message body, such as 512KiB or 4MiB. Default: ${DEFAULT-VALUE}")
    private Integer maxMessageSize;

    @Option(
            names = "--transaction-check-immunity",
            paramLabel = "TIME",
            defaultValue = "6s",
            converter = DurationConverter.class,
            description =
                    "How long a transactional message waits for its outcome before a producer is asked, unless it says"
                            + " otherwise itself. Default: ${DEFAULT-VALUE}")
    private Duration transactionCheckImmunity;

    @Option(
            names = "--transaction-check-interval",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "Pause until a producer is asked about the same message again. Default: ${DEFAULT-VALUE}")
    private Duration transactionCheckInterval;

    @Option(
            names = "--transaction-max-checks",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "After so many checks without an outcome a message is moved to TRANS_CHECK_MAX_TIME_TOPIC. 0:"
                    + " never. Default: ${DEFAULT-VALUE}")
    private int transactionMaxChecks;

    @Option(
            names = "--transaction-max-pending",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description =
                    "How many transactional messages may wait for their outcome at a time. Default: ${DEFAULT-VALUE}")
    private int transactionMaxPending;

    @Option(
            names = "--max-delay",
            paramLabel = "TIME",
            defaultValue = "40d",
            converter = DurationConverter.class,
            description =
                    "How far ahead a message's delivery time may be, such as 40d or 366d. Default: ${DEFAULT-VALUE}")
    private Duration maxDelay;

    @Option(
            names = "--auto-create-topics",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = "Whether sending to a topic that does not exist creates it. Default: ${DEFAULT-VALUE}")
    private boolean autoCreateTopics;

    @Option(
            names = "--trace-topics",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = "Whether there are topics for message traces, and clients are asked to write them. Default:"
                    + " ${DEFAULT-VALUE}")
    private boolean traceTopics;

    @Option(
            names = "--allow-unauthenticated",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description =
                    "Listen on addresses that other machines reach, and let everybody in who reaches them. Default:"
                            + " ${DEFAULT-VALUE}")
    private boolean allowUnauthenticated;

    @Option(
            names = "--cluster-name",
            paramLabel = "NAME",
            defaultValue = "DefaultCluster",
            description = "Name of the cluster in routes. Default: ${DEFAULT-VALUE}")
    private String clusterName;

    @Option(
            names = "--broker-name",
            paramLabel = "NAME",
            defaultValue = "ternmq",
            description = "Name of the broker in routes. Default: ${DEFAULT-VALUE}")
    private String brokerName;

    @Option(
            names = "--max-connections",
            paramLabel = "COUNT",
            defaultValue = "20000",
            description = "How many connections are held at a time. Default: ${DEFAULT-VALUE}")
    private int maxConnections;

    @Option(
            names = "--tls-mode",
            paramLabel = "MODE",
            defaultValue = "disabled",
            description =
                    "disabled: plain text only. permissive: plain text and TLS on the same port. enforcing: TLS only."
                            + " Default: ${DEFAULT-VALUE}")
    private TlsConfig.Mode tlsMode;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain in PEM.")
    private @Nullable Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key (PKCS #8) in PEM.")
    private @Nullable Path tlsKey;

    @Option(
            names = "--tls-key-password",
            paramLabel = "PASSWORD",
            description = "Password of the private key; better given by TERNMQ_TLS_KEY_PASSWORD.")
    private @Nullable String tlsKeyPassword;

    @Option(
            names = "--tls-self-signed",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Make a certificate where none is given, and keep it in the data directory. Default:"
                    + " ${DEFAULT-VALUE}")
    private boolean tlsSelfSigned;

    @SuppressWarnings("unused") // Declared for --help; OptionSources has read it before.
    @Option(
            names = OptionSources.CONFIG,
            paramLabel = "FILE",
            description = "YAML file with these options as keys, without the dashes in front.")
    private @Nullable Path config;

    BrokerConfig toConfig() {
        Path selfSigned = tlsSelfSigned && tlsCert == null ? dataDir.resolve("tls") : null;
        return BrokerConfig.builder()
                .dataDirectory(dataDir)
                .clusterName(clusterName)
                .brokerName(brokerName)
                .listen(listen)
                .port(port)
                .advertisedAddress(advertisedAddress)
                .flush(flush)
                .retention(retention)
                .retentionBytes(retentionSize)
                .diskSharePercent(diskShare)
                .maxMessageBytes(maxMessageSize)
                .transactions(new TransactionConfig(
                        transactionCheckImmunity,
                        transactionCheckInterval,
                        transactionMaxChecks,
                        transactionMaxPending))
                .maxDelay(maxDelay)
                .autoCreateTopics(autoCreateTopics)
                .traceTopics(traceTopics)
                .allowUnauthenticated(allowUnauthenticated)
                .limits(TransportLimits.defaults().withMaxConnections(maxConnections))
                .tls(new TlsConfig(tlsMode, tlsCert, tlsKey, tlsKeyPassword, selfSigned))
                .build();
    }

    /** Reads 90s, 90m, 72h, 7d and ISO 8601. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

        @Override
        public Duration convert(String text) {
            Matcher match = SHORT.matcher(text.trim().toLowerCase(Locale.ROOT));
            if (match.matches()) {
                long amount = Long.parseLong(match.group(1));
                return switch (match.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
            }
            try {
                return Duration.parse(text.trim());
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not a time; use a number with ms, s, m, h or d, such as 72h");
            }
        }
    }

    /** Reads bytes with KiB, MiB, GiB or TiB, or KB and so on, which mean the same. */
    static final class LongSizeConverter implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(?:b|([kmgt])i?b?)?");

        @Override
        public Long convert(String text) {
            Matcher match = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
            if (!match.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a size; use a number with KiB, MiB or GiB, such as 4MiB");
            }
            String unit = match.group(2);
            int shift = unit == null ? 0 : 10 * (1 + "kmgt".indexOf(unit));
            try {
                return Math.multiplyExact(Long.parseLong(match.group(1)), 1L << shift);
            } catch (ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is too large; use a size such as 200GiB");
            }
        }
    }

    /** The same for sizes below 2 GiB. */
    static final class SizeConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            long bytes = new LongSizeConverter().convert(text);
            if (bytes > Integer.MAX_VALUE) {
                throw new TypeConversionException("'" + text + "' is too large; use a size such as 4MiB");
            }
            return (int) bytes;
        }
    }
}
