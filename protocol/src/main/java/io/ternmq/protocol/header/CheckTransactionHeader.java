package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of CHECK_TRANSACTION_STATE (code 39): the broker asks a producer what became of a local transaction. The body is the message
 * as a stored record.
 *
 * @param queueOffset where the half message is in the queue of half messages
 * @param commitLogOffset where its record lies
 * @param messageId the message's unique id
 * @param transactionId the same id
 * @param offsetMessageId the id that says where the record lies
 * @param topic the topic the message is meant for
 * @param brokerName the broker that asks
 */
public record CheckTransactionHeader(
        long queueOffset,
        long commitLogOffset,
        @Nullable String messageId,
        @Nullable String transactionId,
        @Nullable String offsetMessageId,
        @Nullable String topic,
        @Nullable String brokerName) {

    /** Reads the fields. */
    public static CheckTransactionHeader decode(Fields fields) throws CommandException {
        return new CheckTransactionHeader(
                fields.requireLong("tranStateTableOffset"),
                fields.requireLong("commitLogOffset"),
                fields.get("msgId"),
                fields.get("transactionId"),
                fields.get("offsetMsgId"),
                fields.get("topic"),
                fields.get("bname"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("tranStateTableOffset", queueOffset)
                .put("commitLogOffset", commitLogOffset)
                .put("msgId", messageId)
                .put("transactionId", transactionId)
                .put("offsetMsgId", offsetMessageId)
                .put("topic", topic)
                .put("bname", brokerName)
                .build();
    }
}
