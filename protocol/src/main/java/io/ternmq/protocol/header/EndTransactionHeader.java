package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.message.SysFlag;
import org.jspecify.annotations.Nullable;

/**
 * Header of END_TRANSACTION (code 37): what is to become of a half message.
 *
 * @param topic the topic the message is meant for; absent from old clients
 * @param queueOffset where the half message is in the queue of half messages, as the answer to its send or a check told it
 * @param commitLogOffset where its record lies, from the same source
 * @param outcome {@link #COMMIT}, {@link #ROLLBACK} or {@link #UNKNOWN}
 * @param fromCheck whether this answers a check by the broker
 * @param messageId the message's unique id
 */
public record EndTransactionHeader(
        @Nullable String topic,
        String producerGroup,
        long queueOffset,
        long commitLogOffset,
        int outcome,
        boolean fromCheck,
        @Nullable String messageId,
        @Nullable String transactionId) {

    /** Deliver the message. */
    public static final int COMMIT = SysFlag.TRANSACTION_COMMITTED;

    /** Drop the message. */
    public static final int ROLLBACK = SysFlag.TRANSACTION_ROLLED_BACK;

    /** Not known yet; the broker is to ask later. */
    public static final int UNKNOWN = 0;

    /** Reads the fields. */
    public static EndTransactionHeader decode(Fields fields) throws CommandException {
        return new EndTransactionHeader(
                fields.get("topic"),
                fields.require("producerGroup"),
                fields.requireLong("tranStateTableOffset"),
                fields.requireLong("commitLogOffset"),
                fields.requireInt("commitOrRollback"),
                fields.getBoolean("fromTransactionCheck"),
                fields.get("msgId"),
                fields.get("transactionId"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("topic", topic)
                .put("producerGroup", producerGroup)
                .put("tranStateTableOffset", queueOffset)
                .put("commitLogOffset", commitLogOffset)
                .put("commitOrRollback", outcome)
                .put("fromTransactionCheck", fromCheck)
                .put("msgId", messageId)
                .put("transactionId", transactionId)
                .build();
    }
}
