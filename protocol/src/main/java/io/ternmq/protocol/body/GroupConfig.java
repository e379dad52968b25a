package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Definition of a consumer group (codes 200, 201, 352).
 *
 * @param retryMaxTimes retries before a message goes to the dead letters
 * @param groupRetryPolicy kept as it came; used by pop consumption only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GroupConfig(
        String groupName,
        boolean consumeEnable,
        boolean consumeFromMinEnable,
        boolean consumeBroadcastEnable,
        boolean consumeMessageOrderly,
        int retryQueueNums,
        int retryMaxTimes,
        long brokerId,
        long whichBrokerWhenConsumeSlowly,
        boolean notifyConsumerIdsChangedEnable,
        int groupSysFlag,
        int consumeTimeoutMinute,
        Map<String, String> attributes,
        @Nullable JsonNode groupRetryPolicy) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public GroupConfig {
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
        consumeTimeoutMinute = consumeTimeoutMinute == 0 ? 15 : consumeTimeoutMinute;
    }

    /** Returns a group with the defaults of genuine brokers. */
    public static GroupConfig of(String name) {
        return new GroupConfig(name, true, true, true, false, 1, 16, 0, 1, true, 0, 15, Map.of(), null);
    }
}
