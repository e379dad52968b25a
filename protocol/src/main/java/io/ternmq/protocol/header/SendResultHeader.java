package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of the answer to a send.
 *
 * @param messageId offset message id; for a batch a comma-joined list
 * @param queueOffset of a batch, that of its first message
 * @param transactionId the message's unique id
 * @param region value of the field MSG_REGION that genuine brokers always send
 * @param traceOn whether the client is to write trace records
 * @param recallHandle of a message that waits for its delivery time: what to take it back with
 */
public record SendResultHeader(
        String messageId,
        int queueId,
        long queueOffset,
        @Nullable String transactionId,
        String region,
        boolean traceOn,
        @Nullable String recallHandle) {

    /** The region of a broker that has none configured. */
    public static final String DEFAULT_REGION = "DefaultRegion";

    /** Of a message that is delivered at once. */
    public SendResultHeader(
            String messageId,
            int queueId,
            long queueOffset,
            @Nullable String transactionId,
            String region,
            boolean traceOn) {
        this(messageId, queueId, queueOffset, transactionId, region, traceOn, null);
    }

    /** Reads the fields. */
    public static SendResultHeader decode(Fields fields) throws CommandException {
        return new SendResultHeader(
                fields.require("msgId"),
                fields.requireInt("queueId"),
                fields.requireLong("queueOffset"),
                fields.get("transactionId"),
                fields.get("MSG_REGION", DEFAULT_REGION),
                !"false".equals(fields.get("TRACE_ON")),
                fields.get(RecallHeader.HANDLE));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("msgId", messageId)
                .put("queueId", queueId)
                .put("queueOffset", queueOffset)
                .put("transactionId", transactionId)
                .put("MSG_REGION", region)
                .put("TRACE_ON", traceOn)
                .put(RecallHeader.HANDLE, recallHandle)
                .build();
    }
}
