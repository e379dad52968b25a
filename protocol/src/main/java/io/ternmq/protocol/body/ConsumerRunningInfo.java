package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Body of a client's answer to GET_CONSUMER_RUNNING_INFO (code 307): what a consumer is doing.
 *
 * @param properties its settings, those with the names below among them
 * @param mqTable the queues that it consumes
 * @param statusTable rates by topic
 * @param jstack the stacks of its threads, if they were asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerRunningInfo(
        Map<String, String> properties,
        Set<SubscriptionData> subscriptionSet,
        @JsonSerialize(using = QueueMaps.Writer.class) Map<MessageQueue, QueueState> mqTable,
        Map<String, TopicRates> statusTable,
        @Nullable String jstack) {

    /** Name of the property with the name servers' addresses. */
    public static final String NAME_SERVERS = "PROP_NAMESERVER_ADDR";

    /** Name of the property with the kind of consumer, such as CONSUME_PASSIVELY. */
    public static final String CONSUME_TYPE = "PROP_CONSUME_TYPE";

    /** Name of the property with the client's protocol version. */
    public static final String CLIENT_VERSION = "PROP_CLIENT_VERSION";

    /** Name of the property with the number of threads that call listeners. */
    public static final String THREADS = "PROP_THREADPOOL_CORE_SIZE";

    /** Name of the property that says whether messages are consumed in order; spelled as on the wire. */
    public static final String ORDERLY = "PROP_CONSUMEORDERLY";

    /** Name of the property with the time at which the consumer was started, epoch milliseconds. */
    public static final String STARTED = "PROP_CONSUMER_START_TIMESTAMP";

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumerRunningInfo {
        properties = properties == null ? Map.of() : properties;
        subscriptionSet = subscriptionSet == null ? Set.of() : subscriptionSet;
        mqTable = mqTable == null ? Map.of() : mqTable;
        statusTable = statusTable == null ? Map.of() : statusTable;
    }

    /**
     * A queue that the consumer has.
     *
     * @param dropped whether the queue is being given up
     * @param lastPullTimestamp epoch milliseconds; 0 for never
     */
    public record QueueState(
            long commitOffset,
            long cachedMsgMinOffset,
            long cachedMsgMaxOffset,
            int cachedMsgCount,
            long cachedMsgSizeInMiB,
            boolean locked,
            long tryUnlockTimes,
            long lastLockTimestamp,
            @JsonProperty("droped") boolean dropped,
            long lastPullTimestamp,
            long lastConsumeTimestamp) {}

    /** Rates for each second, and times in milliseconds. */
    public record TopicRates(
            @JsonProperty("pullRT") double pullTime,
            @JsonProperty("pullTPS") double pullRate,
            @JsonProperty("consumeRT") double consumeTime,
            @JsonProperty("consumeOKTPS") double consumeOkRate,
            @JsonProperty("consumeFailedTPS") double consumeFailedRate,
            @JsonProperty("consumeFailedMsgs") long consumeFailedMessages) {}
}
