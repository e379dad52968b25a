package io.ternmq.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the {@code Properties} of the ONS documentation into typed configurations. Keys are compared without regard to
 * case; an unknown key, or a value that cannot be used, is refused by name.
 */
final class PropertyReader {

    private static final List<String> CLIENT_KEYS = List.of(
            PropertyKeyConst.NAMESRV_ADDR,
            PropertyKeyConst.ONSAddr,
            PropertyKeyConst.AccessKey,
            PropertyKeyConst.SecretKey,
            PropertyKeyConst.SecurityToken,
            PropertyKeyConst.InstanceName,
            PropertyKeyConst.Scope,
            PropertyKeyConst.OnsChannel,
            PropertyKeyConst.isVipChannelEnabled,
            PropertyKeyConst.MQType,
            PropertyKeyConst.MsgTraceSwitch,
            PropertyKeyConst.StartPolicy,
            PropertyKeyConst.StartTimeoutMillis,
            PropertyKeyConst.GROUP_ID,
            PropertyKeyConst.ProducerId,
            PropertyKeyConst.ConsumerId);
    private static final List<String> PRODUCER_KEYS =
            List.of(PropertyKeyConst.SendMsgTimeoutMillis, PropertyKeyConst.CheckImmunityTimeInSeconds);
    private static final List<String> CONSUMER_KEYS = List.of(
            PropertyKeyConst.MessageModel,
            PropertyKeyConst.ConsumeThreadNums,
            PropertyKeyConst.MaxReconsumeTimes,
            PropertyKeyConst.AUTO_COMMIT,
            PropertyKeyConst.AUTO_COMMIT_INTERVAL_MILLIS,
            PropertyKeyConst.SuspendTimeMillis,
            PropertyKeyConst.ConsumeMode,
            PropertyKeyConst.ConsumeMessageBatchMaxSize,
            PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME,
            PropertyKeyConst.ConsumeTimeout,
            PropertyKeyConst.MaxCachedMessageAmount,
            PropertyKeyConst.MaxCachedMessageSizeInMiB);

    private final Map<String, String> values = new LinkedHashMap<>();

    /** All keys are known to both: one set of properties often serves a producer and a consumer. */
    private PropertyReader(Properties properties) {
        Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Stream.of(CLIENT_KEYS, PRODUCER_KEYS, CONSUMER_KEYS).forEach(known::addAll);
        for (String name : properties.stringPropertyNames()) {
            put(known, name, properties.getProperty(name));
        }
        properties.forEach((name, value) -> {
            if (!(value instanceof String)) {
                put(known, String.valueOf(name), String.valueOf(value));
            }
        });
    }

    static PropertyReader forClient(Properties properties) {
        return new PropertyReader(properties);
    }

    static PropertyReader forProducer(Properties properties) {
        return new PropertyReader(properties);
    }

    static PropertyReader forConsumer(Properties properties) {
        return new PropertyReader(properties);
    }

    private void put(Set<String> known, String name, String value) {
        if (!known.contains(name)) {
            boolean secret = name.toLowerCase(Locale.ROOT).matches(".*(secret|password|token).*");
            throw new MQClientException(
                    "unknown property: " + name + "=" + (secret ? "***" : value) + "; the known ones are " + known);
        }
        values.put(name.toLowerCase(Locale.ROOT), value.trim());
    }

    ClientConfig client() {
        String addresses = text(PropertyKeyConst.NAMESRV_ADDR);
        if (addresses == null) {
            addresses = text(PropertyKeyConst.ONSAddr);
        }
        ClientConfig.Builder builder =
                ClientConfig.builder(addresses == null ? "" : addresses).credentials(credentials());
        String trace = text(PropertyKeyConst.MsgTraceSwitch);
        if (trace != null) {
            builder.trace(flag(PropertyKeyConst.MsgTraceSwitch, trace));
        }
        String policy = text(PropertyKeyConst.StartPolicy);
        if (policy != null) {
            builder.startPolicy(constant(StartPolicy.class, PropertyKeyConst.StartPolicy, policy));
        }
        Integer startTimeout = number(PropertyKeyConst.StartTimeoutMillis, 1, Integer.MAX_VALUE);
        if (startTimeout != null) {
            builder.startTimeout(Duration.ofMillis(startTimeout));
        }
        String scope = text(PropertyKeyConst.Scope);
        if (scope != null) {
            builder.scope(scope);
        }
        String instanceName = text(PropertyKeyConst.InstanceName);
        return instanceName == null
                ? builder.build()
                : builder.instanceName(instanceName).build();
    }

    @Nullable
    Credentials credentials() {
        String accessKey = text(PropertyKeyConst.AccessKey);
        String secretKey = text(PropertyKeyConst.SecretKey);
        if (accessKey == null && secretKey == null) {
            return null;
        }
        return new Credentials(
                accessKey == null ? "" : accessKey,
                secretKey == null ? "" : secretKey,
                text(PropertyKeyConst.SecurityToken));
    }

    ProducerConfig producer() {
        ProducerConfig.Builder builder = ProducerConfig.builder(client(), group(PropertyKeyConst.ProducerId));
        Integer timeout = number(PropertyKeyConst.SendMsgTimeoutMillis, 1, Integer.MAX_VALUE);
        if (timeout != null) {
            builder.sendTimeout(Duration.ofMillis(timeout));
        }
        Integer immunity = number(PropertyKeyConst.CheckImmunityTimeInSeconds, 1, 604_800);
        if (immunity != null) {
            builder.checkImmunity(Duration.ofSeconds(immunity));
        }
        return builder.build();
    }

    ConsumerConfig consumer() {
        ConsumerConfig.Builder builder = ConsumerConfig.builder(client(), group(PropertyKeyConst.ConsumerId));
        String model = text(PropertyKeyConst.MessageModel);
        if (model != null) {
            builder.messageModel(messageModel(model));
        }
        Integer threads = number(PropertyKeyConst.ConsumeThreadNums, 1, 1000);
        if (threads != null) {
            builder.consumeThreads(threads);
        }
        Integer times = number(PropertyKeyConst.MaxReconsumeTimes, -1, 100_000);
        if (times != null && times >= 0) {
            builder.maxReconsumeTimes(times);
        }
        Integer suspendMillis =
                number(PropertyKeyConst.SuspendTimeMillis, (int) ConsumerConfig.SHORTEST_SUSPEND.toMillis(), (int)
                        ConsumerConfig.LONGEST_SUSPEND.toMillis());
        if (suspendMillis != null) {
            builder.suspendTime(Duration.ofMillis(suspendMillis));
        }
        Integer batchSize = number(PropertyKeyConst.ConsumeMessageBatchMaxSize, 1, ConsumerConfig.LARGEST_BATCH);
        if (batchSize != null) {
            builder.consumeBatchSize(batchSize);
        }
        String strategy = text(PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME);
        if (strategy != null) {
            builder.allocation(allocation(strategy));
        }
        String mode = text(PropertyKeyConst.ConsumeMode);
        if (mode != null) {
            builder.consumeMode(constant(ConsumeMode.class, PropertyKeyConst.ConsumeMode, mode));
        }
        Integer minutes = number(PropertyKeyConst.ConsumeTimeout, 1, 100_000);
        if (minutes != null) {
            builder.consumeTimeout(Duration.ofMinutes(minutes));
        }
        Integer amount = number(PropertyKeyConst.MaxCachedMessageAmount, 100, 50_000);
        if (amount != null) {
            builder.maxCachedMessages(amount);
        }
        Integer mebibytes = number(PropertyKeyConst.MaxCachedMessageSizeInMiB, 16, 2048);
        if (mebibytes != null) {
            builder.maxCachedBytes(mebibytes * 1024L * 1024L);
        }
        return builder.build();
    }

    PullConsumerConfig pullConsumer() {
        PullConsumerConfig.Builder builder = PullConsumerConfig.builder(client(), group(PropertyKeyConst.ConsumerId));
        String autoCommit = text(PropertyKeyConst.AUTO_COMMIT);
        if (autoCommit != null) {
            builder.autoCommit(flag(PropertyKeyConst.AUTO_COMMIT, autoCommit));
        }
        Integer interval = number(PropertyKeyConst.AUTO_COMMIT_INTERVAL_MILLIS, 1, Integer.MAX_VALUE);
        if (interval != null) {
            builder.autoCommitInterval(Duration.ofMillis(interval));
        }
        Integer amount = number(PropertyKeyConst.MaxCachedMessageAmount, 100, 50_000);
        if (amount != null) {
            builder.maxCachedMessages(amount);
        }
        Integer mebibytes = number(PropertyKeyConst.MaxCachedMessageSizeInMiB, 16, 2048);
        if (mebibytes != null) {
            builder.maxCachedBytes(mebibytes * 1024L * 1024L);
        }
        String strategy = text(PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME);
        if (strategy != null) {
            builder.allocation(allocation(strategy));
        }
        return builder.build();
    }

    private static boolean flag(String key, String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.parseBoolean(text);
        }
        throw new MQClientException("illegal value: " + key + "=" + text + "; it must be true or false");
    }

    private String group(String olderName) {
        String group = text(PropertyKeyConst.GROUP_ID);
        if (group == null) {
            group = text(olderName);
        }
        return group == null ? "" : group;
    }

    private static MessageModel messageModel(String text) {
        for (MessageModel model : MessageModel.values()) {
            if (model.name().equalsIgnoreCase(text)) {
                return model;
            }
        }
        throw new MQClientException("illegal value: " + PropertyKeyConst.MessageModel + "=" + text + "; it must be "
                + PropertyValueConst.CLUSTERING + " or " + PropertyValueConst.BROADCASTING);
    }

    private static AllocationStrategy allocation(String text) {
        return constant(AllocationStrategy.class, PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME, text);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new MQClientException(
                "illegal value: " + key + "=" + text + "; it must be one of " + List.of(type.getEnumConstants()));
    }

    private @Nullable String text(String key) {
        String value = values.get(key.toLowerCase(Locale.ROOT));
        return value == null || value.isEmpty() ? null : value;
    }

    private @Nullable Integer number(String key, int min, int max) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MQClientException("illegal value: " + key + "=" + text + "; it must be a whole number", e);
        }
        Checks.range(key, number, min, max);
        return number;
    }

    /** Splits a list of addresses; a scheme in front, as the ONS console shows it, is dropped. */
    static List<String> addresses(String text) {
        return Stream.of(text.split("[;,]"))
                .map(String::trim)
                .map(address -> address.startsWith("http://") ? address.substring("http://".length()) : address)
                .filter(address -> !address.isEmpty())
                .distinct()
                .toList();
    }
}
