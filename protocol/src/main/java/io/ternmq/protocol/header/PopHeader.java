package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of a pop (code 200050), and with fewer fields of a peek (200052) and of a question whether there is anything to pop (200054).
 *
 * @param queueId a queue of the topic, or {@link #ANY_QUEUE}
 * @param maxMessages most messages wanted
 * @param invisibleMillis for how long nobody else gets the messages
 * @param pollMillis how long the broker may hold the request from {@code bornTime} on
 * @param bornTime when the client made it, epoch milliseconds; 0 if it does not say
 * @param fromEnd whether a group that is new to the topic starts at its end
 * @param expressionType TAG or SQL92
 * @param expression what is wanted, or {@code null} for what the group has subscribed to
 * @param ordered whether a queue is to be nobody else's until its messages are acknowledged
 * @param attemptId of ordered pops: names the attempt, so that a repeated request gets the same messages
 */
public record PopHeader(
        String consumerGroup,
        String topic,
        int queueId,
        int maxMessages,
        long invisibleMillis,
        long pollMillis,
        long bornTime,
        boolean fromEnd,
        String expressionType,
        @Nullable String expression,
        boolean ordered,
        @Nullable String attemptId) {

    /** Whichever queue has messages. */
    public static final int ANY_QUEUE = -1;

    private static final int FROM_END = 1;

    /** Reads the fields of a pop. */
    public static PopHeader decode(Fields fields) throws CommandException {
        return new PopHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.requireInt("maxMsgNums"),
                fields.requireLong("invisibleTime"),
                fields.requireLong("pollTime"),
                fields.requireLong("bornTime"),
                fields.requireInt("initMode") == FROM_END,
                fields.get("expType", PullHeader.TAG),
                fields.get("exp"),
                fields.getBoolean("order"),
                fields.get("attemptId"));
    }

    /** Reads the fields of a peek or of a question, which have no more than where and how long. */
    public static PopHeader decodePart(Fields fields) throws CommandException {
        return new PopHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.getInt("maxMsgNums", 1),
                0,
                fields.getLong("pollTime", 0),
                fields.getLong("bornTime", 0),
                false,
                PullHeader.TAG,
                null,
                fields.getBoolean("order"),
                fields.get("attemptId"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("consumerGroup", consumerGroup)
                .put("topic", topic)
                .put("queueId", queueId)
                .put("maxMsgNums", maxMessages)
                .put("invisibleTime", invisibleMillis)
                .put("pollTime", pollMillis)
                .put("bornTime", bornTime)
                .put("initMode", fromEnd ? FROM_END : 0)
                .put("expType", expressionType)
                .put("exp", expression)
                .put("order", ordered)
                .put("attemptId", attemptId)
                .build();
    }
}
