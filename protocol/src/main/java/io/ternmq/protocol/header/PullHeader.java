package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of a pull (codes 11 and 361).
 *
 * @param queueOffset first offset wanted
 * @param sysFlag the bits below
 * @param commitOffset offset to commit, valid with {@link #COMMIT_OFFSET}
 * @param suspendTimeoutMillis how long the broker may hold the request, valid with {@link #SUSPEND}
 * @param subVersion version of the subscription, epoch milliseconds; 0 for pull consumers
 * @param subscription expression, valid with {@link #SUBSCRIPTION}
 * @param expressionType TAG or SQL92
 * @param maxMessageBytes most bytes wanted, or -1
 */
public record PullHeader(
        String consumerGroup,
        String topic,
        int queueId,
        long queueOffset,
        int maxMessages,
        int sysFlag,
        long commitOffset,
        long suspendTimeoutMillis,
        long subVersion,
        @Nullable String subscription,
        String expressionType,
        int maxMessageBytes) {

    /** Bit: commit {@link #commitOffset()} on the way. */
    public static final int COMMIT_OFFSET = 1;

    /** Bit: the broker may hold the request until a message arrives. */
    public static final int SUSPEND = 2;

    /** Bit: filter by the expression in this request, not by the group's registered one. */
    public static final int SUBSCRIPTION = 4;

    /** Bit: the request of a lite pull consumer. */
    public static final int LITE_PULL = 16;

    /** Expression type of tag filters. */
    public static final String TAG = "TAG";

    /** Returns whether a bit is set. */
    public boolean has(int bit) {
        return (sysFlag & bit) != 0;
    }

    /** Reads the fields. */
    public static PullHeader decode(Fields fields) throws CommandException {
        return new PullHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.requireLong("queueOffset"),
                fields.requireInt("maxMsgNums"),
                fields.requireInt("sysFlag"),
                fields.requireLong("commitOffset"),
                fields.requireLong("suspendTimeoutMillis"),
                fields.requireLong("subVersion"),
                fields.get("subscription"),
                fields.get("expressionType", TAG),
                fields.getInt("maxMsgBytes", -1));
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("consumerGroup", consumerGroup)
                .put("topic", topic)
                .put("queueId", queueId)
                .put("queueOffset", queueOffset)
                .put("maxMsgNums", maxMessages)
                .put("sysFlag", sysFlag)
                .put("commitOffset", commitOffset)
                .put("suspendTimeoutMillis", suspendTimeoutMillis)
                .put("subVersion", subVersion)
                .put("subscription", subscription)
                .put("expressionType", expressionType);
        if (maxMessageBytes > 0) {
            fields.put("maxMsgBytes", maxMessageBytes);
        }
        return fields.build();
    }
}
