package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of RECALL_MESSAGE (code 370): take a message back that waits for its delivery time.
 *
 * @param recallHandle from the answer to the send, or in the form for moving
 * @param deliverTime where the message is to be moved instead, epoch milliseconds; a field that only TernMQ has
 */
public record RecallHeader(
        String producerGroup,
        String topic,
        String recallHandle,
        @Nullable Long deliverTime) {
    /** The field of a move. A broker that answers without {@link #HANDLE} has not understood it. */
    public static final String DELIVER_TIME = "deliverTime";

    /** The field, of the answer to a send and to a move, with the handle of the message that waits. */
    public static final String HANDLE = "recallHandle";

    /** The field, of the answer, with the unique id of the message; TernMQ has it in the answer that the message is delivered already, too. */
    public static final String MESSAGE_ID = "msgId";

    /** Reads the fields. */
    public static RecallHeader decode(Fields fields) throws CommandException {
        return new RecallHeader(
                fields.get("producerGroup", ""),
                fields.require("topic"),
                fields.require(HANDLE),
                fields.get(DELIVER_TIME) == null ? null : Long.valueOf(fields.requireLong(DELIVER_TIME)));
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("producerGroup", producerGroup)
                .put("topic", topic)
                .put(HANDLE, recallHandle);
        return deliverTime == null
                ? fields.build()
                : fields.put(DELIVER_TIME, deliverTime.longValue()).build();
    }
}
