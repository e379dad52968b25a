package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header that acknowledges a popped message (code 200051), or changes how long it stays invisible (200053).
 *
 * @param topic where the message lies: the topic itself, or the topic of its retries
 * @param handle as it was received
 * @param invisibleMillis from now on; 0 where it is not asked for
 * @param prolongs whether the holder of the message keeps it in hand for that time, and does not give it back; clients of other kinds never say so
 */
public record AckHeader(
        String consumerGroup,
        String topic,
        int queueId,
        String handle,
        long offset,
        long invisibleMillis,
        boolean prolongs) {

    private static final String PROLONGS = "prolongs";

    /** Reads the fields of an acknowledgement. */
    public static AckHeader decode(Fields fields) throws CommandException {
        return decode(fields, 0, false);
    }

    /** Reads the fields of a change. */
    public static AckHeader decodeChange(Fields fields) throws CommandException {
        return decode(fields, fields.requireLong("invisibleTime"), fields.getBoolean(PROLONGS));
    }

    private static AckHeader decode(Fields fields, long invisibleMillis, boolean prolongs) throws CommandException {
        return new AckHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.require("extraInfo"),
                fields.requireLong("offset"),
                invisibleMillis,
                prolongs);
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("consumerGroup", consumerGroup)
                .put("topic", topic)
                .put("queueId", queueId)
                .put("extraInfo", handle)
                .put("offset", offset);
        if (invisibleMillis > 0) {
            fields.put("invisibleTime", invisibleMillis);
        }
        if (prolongs) {
            fields.put(PROLONGS, true);
        }
        return fields.build();
    }
}
